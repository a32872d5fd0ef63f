using ContactRouting.Contacts;
using ContactRouting.Errors;
using ContactRouting.Events;
using ContactRouting.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace ContactRouting.OwnApi;

/// <summary>What happened in an account: from a place on, or to one contact.</summary>
internal sealed class EventResource(EventHistory history, ContactStore contacts, IOptions<EventsOptions> options, TimeProvider time)
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 500;
    private const int LongestWaitSeconds = 25;

    /// <summary>How often is looked for something new.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    /// <summary>A page of commits behind a place; where there is nothing yet, as long as the caller wants to wait.</summary>
    public async Task<Reply> ListAsync(int accountId, HttpRequest request, CancellationToken cancellationToken)
    {
        var fields = Fields.FromQuery(request);
        var after = fields.Text("after") == "latest" ? history.Latest : EventCursor.Read(fields, "after");
        var (limit, subject) = (fields.Integer("limit", 1, MaxLimit) ?? DefaultLimit, fields.Text("subject"));
        var patterns = Fields.Split(fields.Text("types") ?? "*");
        foreach (var pattern in patterns)
        {
            if (EventTypes.PatternFault(pattern) is { } fault) throw DomainException.Invalid("types", $"has {pattern}, which {fault}");
        }
        var end = time.GetUtcNow().AddSeconds(fields.Integer("wait", 0, LongestWaitSeconds) ?? 0);
        while (true)
        {
            var page = await history.ListAsync(accountId, after, limit, cancellationToken);
            var items = page.Events
                .Where(happened => subject is null || happened.Subject == subject)
                .Where(happened => patterns.Any(pattern => EventTypes.Matches(pattern, happened.Type)))
                .Select(happened => EventView.Of(accountId, happened)).ToList();
            after = page.Next;
            if (items.Count > 0 || page.HasMore || time.GetUtcNow() >= end)
                return Reply.Json(new { items, next = EventCursor.Show(after) }, EventData.Json);
            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    /// <summary>Everything that happened to a contact, in its order, as long as events are kept.</summary>
    public async Task<Reply> ListOfContactAsync(int accountId, string contactId, CancellationToken cancellationToken)
    {
        var contact = (await contacts.FindAsync(accountId, contactId, cancellationToken))?.Value;
        var since = contact is { External: false } ? contact.EnqueuedAt : time.GetUtcNow() - TimeSpan.FromDays(options.Value.RetentionDays);
        var events = await history.ListAsync(accountId, Subject.Contact(contactId), since, cancellationToken);
        return contact is null && events.Count == 0
            ? throw DomainException.NotFound($"Contact {contactId}")
            : Reply.Json(new { items = events.Select(happened => EventView.Of(accountId, happened)) }, EventData.Json);
    }
}

/// <summary>Places among the events as requests and answers have them.</summary>
internal static class EventCursor
{
    /// <exception cref="DomainException">It is no place.</exception>
    public static string? Read(Fields fields, string name) => fields.Text(name)?.Replace('.', '|') switch
    {
        null => null,
        var cursor when EventHistory.IsCursor(cursor) => cursor,
        _ => throw DomainException.Invalid(name, "must be the next of a page, or latest; nothing for the oldest events that are kept."),
    };

    public static string? Show(string? cursor) => cursor?.Replace('|', '.');
}

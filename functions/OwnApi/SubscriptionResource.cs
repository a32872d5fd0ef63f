using System.Text.Json;
using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Errors;
using ContactRouting.Events;
using ContactRouting.Http;
using ContactRouting.Presence;
using ContactRouting.Storage;
using ContactRouting.Webhooks;
using Microsoft.AspNetCore.Http;

namespace ContactRouting.OwnApi;

/// <summary>Who wants to be told of events, and how that goes.</summary>
internal sealed class SubscriptionResource(
    DirectoryStore directories,
    SubscriptionStates states,
    DeliveryLog log,
    Replay replay,
    Paging paging,
    TimeProvider time
)
{
    private static readonly string[] Known = ["url", "eventTypes", "queueId", "serviceId", "agentId", "description", "enabled"];

    public async Task<Reply> ListAsync(int accountId, CancellationToken cancellationToken)
    {
        var directory = await directories.GetAsync(accountId, cancellationToken);
        var items = directory.Subscriptions.OrderBy(subscription => subscription.Id).Select(Show);
        return Reply.Json(new { items, nextCursor = (string?)null }, EventData.Json);
    }

    public async Task<Reply> CreateAsync(int accountId, HttpRequest request, CancellationToken cancellationToken)
    {
        var wish = await ReadAsync(request, cancellationToken);
        var operation = RepeatableOperation.Of(request);
        var made = operation is null ? null : await states.FindMadeAsync(accountId, operation, cancellationToken);
        var created = await directories.ChangeAsync(accountId, edit =>
        {
            if (made is { } id && edit.Directory.Subscription(id) is { } stored) return stored;
            edit.Operation = operation;
            return Put(edit, wish with { Id = edit.TakeId() });
        }, cancellationToken);
        var secret = await states.ShowAsync(accountId, created.Id, cancellationToken);
        var shown = Show(created);
        shown["secret"] = secret;
        return Reply.Json(shown, EventData.Json, StatusCodes.Status201Created).With("Location", $"/routing/v1/subscriptions/{created.Id}");
    }

    public async Task<Reply> GetAsync(int accountId, string subscriptionId, CancellationToken cancellationToken) =>
        Reply.Json(Show(Find(await directories.GetAsync(accountId, cancellationToken), subscriptionId)), EventData.Json);

    public async Task<Reply> ReplaceAsync(int accountId, string subscriptionId, HttpRequest request, CancellationToken cancellationToken)
    {
        var wish = await ReadAsync(request, cancellationToken);
        return await ChangeAsync(accountId, subscriptionId, stored => wish with { Id = stored.Id }, cancellationToken);
    }

    /// <summary>Switches it on or off. What happens while it is off it is not told of, unless that is replayed.</summary>
    public Task<Reply> SwitchAsync(int accountId, string subscriptionId, bool isOn, CancellationToken cancellationToken) =>
        ChangeAsync(accountId, subscriptionId, stored => stored with { Enabled = isOn, DisabledReason = "" }, cancellationToken);

    public async Task<Reply> DeleteAsync(int accountId, string subscriptionId, CancellationToken cancellationToken)
    {
        await directories.ChangeAsync(accountId, edit =>
        {
            edit.Remove(Find(edit.Directory, subscriptionId));
            return true;
        }, cancellationToken);
        return Reply.Empty(StatusCodes.Status204NoContent);
    }

    public async Task<Reply> RotateSecretAsync(
        int accountId,
        string subscriptionId,
        HttpRequest request,
        CancellationToken cancellationToken
    )
    {
        var subscription = Find(await directories.GetAsync(accountId, cancellationToken), subscriptionId);
        var operation = RepeatableOperation.Of(request);
        var (secret, previousUntil) = await states.RotateAsync(accountId, subscription.Id, operation, cancellationToken);
        return Reply.Json(new { secret, previousUntil }, EventData.Json);
    }

    public async Task<Reply> PingAsync(int accountId, string subscriptionId, HttpRequest request, CancellationToken cancellationToken)
    {
        var subscription = FindOn(await directories.GetAsync(accountId, cancellationToken), subscriptionId);
        var ping = await replay.PingAsync(accountId, subscription, RepeatableOperation.Of(request), cancellationToken);
        return Reply.Json(new { eventId = ping.Id }, EventData.Json, StatusCodes.Status202Accepted);
    }

    public async Task<Reply> ListDeliveriesAsync(
        int accountId,
        string subscriptionId,
        HttpRequest request,
        CancellationToken cancellationToken
    )
    {
        var page = paging.Read(request, LiveTable.Partition(accountId));
        var subscription = Find(await directories.GetAsync(accountId, cancellationToken), subscriptionId);
        var (items, next) = await log.ListAsync(accountId, subscription.Id, page.After, page.Limit, cancellationToken);
        return Reply.Json(new { items, nextCursor = page.Next(next) }, EventData.Json);
    }

    /// <summary>One event, those of a range of time, or the subscription's dead letters.</summary>
    public async Task<Reply> ReplayAsync(int accountId, string subscriptionId, HttpRequest request, CancellationToken cancellationToken)
    {
        var subscription = FindOn(await directories.GetAsync(accountId, cancellationToken), subscriptionId);
        var fields = Fields.From(await RequestBody.ReadObjectAsync(request, cancellationToken));
        fields.RefuseOthers("eventId", "subject", "from", "to", "after", "deadLetters");
        if (fields.Text("eventId") is { } id)
            return Show(
                await replay.OneAsync(accountId, subscription, id, Subject.Parse(fields.RequiredText("subject")), cancellationToken)
            );
        if (fields.Flag("deadLetters") == true)
        {
            var receiver = Receiver.Of(subscription).Key;
            return Show(await replay.DeadLettersAsync(accountId, letter => letter.Receiver == receiver, cancellationToken));
        }
        var after = EventCursor.Read(fields, "after");
        if ((after ?? fields.Text("from")) is null)
            throw DomainException.Invalid("from", "is missing; or give eventId with its subject, or deadLetters: true.");
        var replayed = await replay.RangeAsync(
            accountId,
            subscription,
            after ?? EventHistory.CursorOf(fields.Time("from")!.Value),
            fields.Time("to") ?? time.GetUtcNow(),
            cancellationToken
        );
        return Show(replayed with { Next = EventCursor.Show(replayed.Next) });
    }

    private static Reply Show(Replayed replayed) =>
        Reply.Json(
            new { replayed = replayed.Count, hasMore = replayed.HasMore, next = replayed.Next },
            EventData.Json,
            StatusCodes.Status202Accepted
        );

    private static Dictionary<string, object?> Show(Subscription subscription) => new()
    {
        ["id"] = subscription.Id,
        ["url"] = subscription.Url,
        ["eventTypes"] = subscription.EventTypes,
        ["queueId"] = subscription.QueueId,
        ["serviceId"] = subscription.ServiceId,
        ["agentId"] = subscription.AgentId,
        ["description"] = subscription.Description,
        ["enabled"] = subscription.Enabled,
        ["disabledReason"] = subscription.DisabledReason.Length > 0 ? subscription.DisabledReason : null,
    };

    private static async Task<Subscription> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var json = await RequestBody.ReadObjectAsync(request, cancellationToken);
        Fields.From(json).RefuseOthers(Known);
        var errors = DocumentShape.Faults(json, typeof(Subscription)).ToList();
        if (errors.Count > 0) throw DomainException.Of(ErrorKind.Invalid, "The subscription cannot be read", errors);
        var wish = json.Deserialize<Subscription>(DirectoryJson.Options)!;
        return wish.Faults().FirstOrDefault() is { } fault
            ? throw DomainException.Of(fault, JsonNamingPolicy.CamelCase.ConvertName(fault.Property))
            : wish;
    }

    private async Task<Reply> ChangeAsync(
        int accountId,
        string subscriptionId,
        Func<Subscription, Subscription> change,
        CancellationToken cancellationToken
    )
    {
        var changed = await directories.ChangeAsync(
            accountId,
            edit => Put(edit, change(Find(edit.Directory, subscriptionId))),
            cancellationToken
        );
        return Reply.Json(Show(changed), EventData.Json);
    }

    private static Subscription Put(DirectoryEdit edit, Subscription subscription)
    {
        var wrong = subscription.References().FirstOrDefault(reference => !edit.Directory.Records.ContainsKey(reference.Key));
        return wrong is null
            ? edit.Put(subscription)
            : throw DomainException.Invalid(JsonNamingPolicy.CamelCase.ConvertName(wrong.Property), $"is no {wrong.What}.");
    }

    /// <exception cref="DomainException">It is not there, or switched off.</exception>
    private static Subscription FindOn(AccountDirectory directory, string subscriptionId) =>
        Find(directory, subscriptionId) is { Enabled: true } subscription
            ? subscription
            : throw new DomainException(ErrorKind.Conflict, $"Subscription {subscriptionId} is switched off.");

    private static Subscription Find(AccountDirectory directory, string subscriptionId) =>
        WireId.Parse(subscriptionId) is { } id && directory.Subscription(id) is { } subscription
            ? subscription
            : throw DomainException.NotFound($"Subscription {subscriptionId}");
}

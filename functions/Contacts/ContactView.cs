using System.Text.Json;
using ContactRouting.Directory;
using ContactRouting.Routing;

namespace ContactRouting.Contacts;

/// <summary>A contact as every answer shows it, with its place in the line and what that means.</summary>
internal sealed class ContactView(ContactStore contacts, DirectoryStore directories, LivePresenceReader presence)
{
    public async Task<object> ShowAsync(int accountId, Contact contact, CancellationToken cancellationToken) =>
        (await ShowAsync(accountId, [contact], cancellationToken))[0];

    /// <summary>One read for the directory's version, and for waiting contacts those of their lines.</summary>
    public async Task<IReadOnlyList<object>> ShowAsync(int accountId, IReadOnlyList<Contact> shown, CancellationToken cancellationToken)
    {
        var directory = await directories.GetAsync(accountId, cancellationToken);
        var lines = shown.Where(contact => contact.State == ContactState.Queued).Select(contact => contact.Line).Distinct().ToList();
        var places = new Dictionary<Line, List<string>>();
        foreach (var line in lines)
            places[line] = [.. (await contacts.WaitingAsync(accountId, line, cancellationToken)).Select(place => place.Entry.ContactId)];
        var staff = lines.Count == 0 ? null : await presence.StaffAsync(directory, lines, cancellationToken);
        return [.. shown.Select(contact =>
        {
            int? position =
                contact.State == ContactState.Queued && places[contact.Line].IndexOf(contact.Id) is >= 0 and var index
                    ? index + 1
                    : null;
            return Show(
                directory,
                contact,
                position,
                position is { } place ? Estimate(directory, contact.Line, place, staff![contact.Line]) : null
            );
        })];
    }

    /// <summary>
    /// How long a contact at a position is likely to wait: as many rounds of the usual handling time as it takes until
    /// the logged-in agents get to it.
    /// </summary>
    public static int Estimate(AccountDirectory directory, Line line, int position, int agents) =>
        (int)Math.Ceiling((double)position / Math.Max(1, agents))
        * (directory.Queue(line.QueueId ?? 0)?.ExpectedHandleSeconds ?? new Queue().ExpectedHandleSeconds);

    private static object Show(AccountDirectory directory, Contact contact, int? position, int? estimate) => new
    {
        contact.Id,
        state = ContactLife.StateName(contact.State),
        contact.ServiceId,
        level = contact is { ServiceId: { } serviceId, LevelId: { } levelId }
        && directory.Service(serviceId)?.Levels.ToList().IndexOf(levelId) is >= 0 and var index
            ? index
            : (int?)null,
        contact.QueueId,
        contact.Channel,
        contact.Priority,
        contact.EnqueuedAt,
        position,
        estimatedWaitSeconds = estimate,
        offer = contact is { State: ContactState.Offered, AgentId: { } agentId, OfferExpiresAt: { } expiresAt }
            ? new { agentId, expiresAt }
            : null,
        agentId = contact.State is ContactState.Active or ContactState.WrapUp or ContactState.Ended ? contact.AgentId : null,
        decision = contact.Decision.Length == 0 ? (JsonElement?)null : JsonSerializer.Deserialize<JsonElement>(contact.Decision),
    };
}

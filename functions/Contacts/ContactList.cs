using ContactRouting.Errors;
using ContactRouting.Storage;

namespace ContactRouting.Contacts;

/// <summary>Which contacts are wanted; a null leaves it open.</summary>
/// <param name="AgentId">Who has it now: is asked, handles it, or rests from it.</param>
/// <param name="Since">When it arrived at the earliest.</param>
internal sealed record ContactFilter(ContactState? State, int? QueueId, int? ServiceId, int? AgentId, DateTimeOffset? Since)
{
    private static readonly ContactState[] AtAgents = [ContactState.Offered, ContactState.Active, ContactState.WrapUp];

    /// <exception cref="DomainException">An agent cannot have what is wanted.</exception>
    public void RefuseImpossible()
    {
        if (AgentId is not null && State is { } state && !AtAgents.Contains(state))
            throw DomainException.Invalid(
                "agentId",
                $"is who has a contact now: with it, state can only be {string.Join(" or ", AtAgents.Select(ContactLife.StateName))}."
            );
    }

    public bool Allows(Contact contact) =>
        Is(State, contact.State)
        && Is(QueueId, contact.QueueId)
        && Is(ServiceId, contact.ServiceId)
        && (AgentId is null || (contact.AgentId == AgentId && AtAgents.Contains(contact.State)))
        && !(contact.EnqueuedAt < Since);

    /// <summary>Whether the contact of a row may be wanted, as far as the row tells.</summary>
    public bool MayAllow(HistoryEntry entry) =>
        Is(QueueId, entry.QueueId) && (entry.State is not { } state || (Is(State, state) && Is(ServiceId, entry.ServiceId)));

    public bool MayAllow(WaitingEntry entry) => Is(ServiceId, entry.ServiceId);

    public bool MayAllow(HandlingEntry entry) => Is(State, entry.State) && Is(QueueId, entry.QueueId);

    private static bool Is<T>(T? wanted, T? value)
        where T : struct => wanted is null || wanted.Equals(value);
}

/// <summary>
/// Lists contacts by their arrival, and those that wait in the order in which they are served. The rows that are read for it
/// tell most of what is asked for, so that few contacts are read that are not wanted.
/// </summary>
internal sealed class ContactList(LiveTable live, ContactStore contacts)
{
    /// <summary>So many contacts are read at the same time.</summary>
    private const int Parallelism = 32;

    /// <summary>One read of a thousand rows at most, and one a contact.</summary>
    /// <param name="after">The key that ended the page before, or null.</param>
    /// <returns>The contacts, fewer than wanted where others follow too; the key that ends the page, null for the last one.</returns>
    public async Task<(IReadOnlyList<Contact> Items, string? Last)> ReadAsync(
        int accountId,
        ContactFilter filter,
        string? after,
        int limit,
        CancellationToken cancellationToken
    )
    {
        if (filter.AgentId is { } agentId) return await OfAgentAsync(accountId, agentId, filter, after, limit, cancellationToken);
        var (keys, last) = filter.State == ContactState.Queued
            ? await WaitingAsync(accountId, filter, after, limit, cancellationToken)
            : await ArrivedAsync(accountId, filter, after, limit, cancellationToken);
        return (await FindAsync(accountId, filter, keys, cancellationToken), last);
    }

    private Task<(List<string> Contacts, string? Last)> ArrivedAsync(
        int accountId,
        ContactFilter filter,
        string? after,
        int limit,
        CancellationToken cancellationToken
    )
    {
        var all = KeyRange.Prefix(LiveKeys.History);
        return live.PickAsync(
            accountId,
            [filter.Since is { } since ? all with { From = LiveKeys.History + TableKey.Time(since) } : all],
            after,
            limit,
            filter is not { State: null, QueueId: null, ServiceId: null },
            row => filter.MayAllow(row.Read<HistoryEntry>().Value) ? ContactRows.ContactOfHistory(row.Key) : null,
            cancellationToken
        );
    }

    /// <summary>Ours in the order in which they are served, then those of other systems, which nobody here serves.</summary>
    private Task<(List<string> Contacts, string? Last)> WaitingAsync(
        int accountId,
        ContactFilter filter,
        string? after,
        int limit,
        CancellationToken cancellationToken
    ) =>
        live.PickAsync(
            accountId,
            WaitingRows.RangesOf(filter.QueueId),
            after,
            limit,
            filter.ServiceId is not null,
            row => filter.MayAllow(row.Read<WaitingEntry>().Value) ? WaitingRows.ContactOf(row.Key) : null,
            cancellationToken
        );

    /// <summary>What an agent has is little enough to be read as a whole.</summary>
    private async Task<(IReadOnlyList<Contact> Items, string? Last)> OfAgentAsync(
        int accountId,
        int agentId,
        ContactFilter filter,
        string? after,
        int limit,
        CancellationToken cancellationToken
    )
    {
        var keys = await live.RangeAsync<HandlingEntry>(accountId, ContactRows.HandlingPrefixOf(agentId), cancellationToken)
            .Where(row => filter.MayAllow(row.Value))
            .Select(row => ContactRows.ContactOfHandling(row.Key))
            .ToListAsync(cancellationToken);
        var found = (await FindAsync(accountId, filter, keys, cancellationToken))
            .Select(contact => (Place: ContactRows.PlaceInHistory(contact), Contact: contact))
            .Where(entry => string.CompareOrdinal(entry.Place, after) > 0)
            .OrderBy(entry => entry.Place, StringComparer.Ordinal)
            .ToList();
        return ([.. found.Take(limit).Select(entry => entry.Contact)], found.Count > limit ? found[limit - 1].Place : null);
    }

    private async Task<List<Contact>> FindAsync(
        int accountId,
        ContactFilter filter,
        IEnumerable<string> keys,
        CancellationToken cancellationToken
    )
    {
        var found = new List<Contact>();
        foreach (var chunk in keys.Chunk(Parallelism))
        {
            var rows = await Task.WhenAll(chunk.Select(key => contacts.FindByKeyAsync(accountId, key, cancellationToken)));
            found.AddRange(rows.OfType<Row<Contact>>().Select(row => row.Value).Where(filter.Allows));
        }
        return found;
    }
}

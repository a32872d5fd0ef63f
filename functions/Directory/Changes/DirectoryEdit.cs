using System.Security.Cryptography;
using ContactRouting.Errors;
using ContactRouting.Presence;
using ContactRouting.Storage;

namespace ContactRouting.Directory.Changes;

/// <summary>A change of a directory in the making: what it would be, and which rows that touches.</summary>
/// <param name="takenElsewhere">What is known to be another account's, as <see cref="UniqueValue.ToString"/> tells it.</param>
internal sealed class DirectoryEdit(AccountDirectory before, int nextId, IReadOnlySet<string>? takenElsewhere = null)
{
    private readonly Dictionary<string, IDirectoryRecord?> changes = new(StringComparer.Ordinal);
    private readonly HashSet<int> serviceIds = [];
    private AccountDirectory? after;

    public AccountDirectory Before { get; } = before;

    /// <summary>The directory with the changes so far.</summary>
    public AccountDirectory Directory => changes.Count == 0 ? Before : after ??= Apply();

    /// <summary>The changed rows; null where one is removed.</summary>
    public IReadOnlyDictionary<string, IDirectoryRecord?> Changes => changes;

    public IEnumerable<Agent> RemovedAgents =>
        changes.Where(change => change.Value is null).Select(change => Before.Records.GetValueOrDefault(change.Key)).OfType<Agent>();

    /// <summary>A change of presence that goes with the change of this agent.</summary>
    public (int AgentId, PresenceChange Change)? Presence { get; private set; }

    /// <summary>What a request with a key is known by that makes the change; null where it came without one.</summary>
    public string? Operation { get; set; }

    /// <summary>The next integer id that nothing in the account has.</summary>
    public int NextId { get; private set; } = nextId;

    /// <summary>This edit with other changes: those of the steps.</summary>
    public DirectoryEdit With(IEnumerable<DirectoryStep> steps)
    {
        var edit = new DirectoryEdit(Before, NextId, takenElsewhere);
        foreach (var step in steps) edit.changes[step.Record.RowKey] = step.Remove ? null : step.Record;
        return edit;
    }

    public int TakeId() => NextId++;

    /// <summary>Keeps ids that came from outside apart from those to be given out.</summary>
    public void ReserveId(int id) => NextId = Math.Max(NextId, id + 1);

    /// <summary>Keeps a service's id from being drawn.</summary>
    public void ReserveServiceId(int id) => serviceIds.Add(id);

    /// <summary>A service's id, which is unique over all accounts and therefore drawn, not counted.</summary>
    public int NewServiceId()
    {
        while (true)
        {
            var id = RandomNumberGenerator.GetInt32(100_000, Names.MaxGivenId);
            if (Before.Service(id) is null && serviceIds.Add(id)) return id;
        }
    }

    public bool IsTakenElsewhere(string name) => IsTakenElsewhere(UniqueValue.Name(name, ClaimHolder.Queue));

    public bool IsTakenElsewhere(UniqueValue value) => takenElsewhere?.Contains(value.ToString()) == true;

    /// <exception cref="DomainException">Something is wrong with the record.</exception>
    public T Put<T>(T record)
        where T : IDirectoryRecord
    {
        if (record.Faults().FirstOrDefault() is { } fault) throw DomainException.Of(fault);
        changes[record.RowKey] = record;
        after = null;
        return record;
    }

    /// <summary>A new queue or agent, complete with ids and the names that were not given.</summary>
    public T Add<T>(T wish)
        where T : NamedRecord
    {
        if (wish.Name.Length > 0) RefuseKnown(wish.Name);
        var added = wish with
        {
            Id = TakeId(),
            ExternalId = Names.NewId(wish.ExternalIdPrefix),
            Name =
                wish.Name.Length > 0
                    ? wish.Name
                    : Names.Derive(wish.DisplayName, name => Directory.Named(name) is not null || IsTakenElsewhere(name)),
            DisplayName = wish.DisplayName.Length > 0 ? wish.DisplayName : wish.Name,
        };
        return Put(added);
    }

    /// <summary>A queue or agent as it should be; a display name that was its name goes with the name.</summary>
    public T Change<T>(T stored, T wish)
        where T : NamedRecord
    {
        if (wish.Name != stored.Name)
        {
            RefuseKnown(wish.Name);
            if (wish.DisplayName == stored.Name) wish = wish with { DisplayName = wish.Name };
        }
        if (wish != stored) Put(wish);
        return wish;
    }

    /// <summary>Changes the agent's presence in the same transaction as the agent.</summary>
    public void ChangePresence(Agent agent, PresenceChange change)
    {
        Put(agent);
        Presence = (agent.Id, change);
    }

    /// <summary>An agent goes with its callbacks.</summary>
    public void Remove(IDirectoryRecord record)
    {
        var owned = record is Agent agent ? Directory.CallbacksOf(agent.Id).ToList() : [];
        changes[record.RowKey] = null;
        foreach (var callback in owned) changes[callback.RowKey] = null;
        after = null;
    }

    /// <exception cref="DomainException">Something still refers to the record.</exception>
    public void RemoveUnused(IDirectoryRecord record, string what)
    {
        RefuseUsed(record, what);
        Remove(record);
    }

    /// <exception cref="DomainException">Something still refers to the record.</exception>
    public void RefuseUsed(IDirectoryRecord record, string what)
    {
        var holders = DirectoryReferences.HoldersOf(Directory, record).Take(11).ToList();
        if (holders.Count > 0)
            throw new DomainException(
                ErrorKind.Conflict,
                $"{what} is still used by {string.Join(", ", holders.Take(10))}{(holders.Count > 10 ? " and more" : "")}."
            );
    }

    private void RefuseKnown(string name)
    {
        if (Directory.Named(name) is not null) throw UniqueValue.Name(name, ClaimHolder.Queue).Taken();
    }

    private AccountDirectory Apply()
    {
        var records = Before.Records.ToBuilder();
        foreach (var (key, record) in changes)
        {
            if (record is null) records.Remove(key);
            else records[key] = record;
        }
        return Before.Changed(Before.Version + 1, records.ToImmutable(), [.. changes.Keys]);
    }
}

using ContactRouting.Errors;
using ContactRouting.Events;
using ContactRouting.Presence;
using ContactRouting.Storage;

namespace ContactRouting.Directory.Changes;

/// <summary>A change of the directory with all its rows, but for those of the commit.</summary>
/// <param name="Told">The subjects of events that somebody has to be told of, by their keys.</param>
/// <param name="Agents">Whose live rows it changes.</param>
/// <param name="At">When it was made.</param>
internal sealed record DirectoryTransaction(
    DirectoryEdit Edit,
    Batch Batch,
    IReadOnlyList<Event> Events,
    IReadOnlySet<string> Told,
    IReadOnlyList<int> Agents,
    DateTimeOffset At
);

/// <summary>How far a change in steps is.</summary>
internal sealed class StepwiseChange(Func<DirectoryEdit, int, IReadOnlyList<DirectoryStep>> plan)
{
    public Func<DirectoryEdit, int, IReadOnlyList<DirectoryStep>> Plan { get; } = plan;

    public IReadOnlyList<DirectoryStep> Left { get; private set; } = [];

    public int Made { get; private set; }

    /// <summary>Of the directory that the steps left go on from.</summary>
    public long Version { get; private set; } = -1;

    /// <summary>Behind the ids that the steps use.</summary>
    public int NextId { get; private set; }

    /// <summary>What is unique over all accounts and needed once all steps are made; it is the account's from the first on.</summary>
    public IReadOnlySet<UniqueValue> Values { get; private set; } = new HashSet<UniqueValue>();

    /// <summary>Live rows that were read and are not changed yet.</summary>
    public Dictionary<int, Row<AgentState>?> Agents { get; } = [];

    /// <summary>Takes up a plan.</summary>
    public void Begin(IReadOnlyList<DirectoryStep> steps, long version, int nextId, IReadOnlySet<UniqueValue> values) =>
        (Left, Version, NextId, Values) = (steps, version, nextId, values);

    /// <summary>Goes on behind the steps that a transaction made.</summary>
    public void Advance(int count, DirectoryTransaction transaction)
    {
        (Left, Made, Version) = ([.. Left.Skip(count)], Made + count, transaction.Edit.Directory.Version);
        foreach (var id in transaction.Agents) Agents.Remove(id);
    }

    /// <summary>Says of an error how much was changed before it.</summary>
    public DomainException Stopped(Exception error)
    {
        var (kind, message) = error is DomainException refused
            ? (refused.Kind, refused.Message)
            : (ErrorKind.Unavailable, "Too many changes at once.");
        return new DomainException(
            kind,
            $"{message} {Made} of {Made + Left.Count} changes are made; the same again makes the others.",
            inner: error
        )
        {
            Current = new Dictionary<string, object?> { ["changesMade"] = Made, ["changesLeft"] = Left.Count },
        };
    }
}

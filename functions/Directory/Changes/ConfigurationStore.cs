using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using ContactRouting.Errors;
using ContactRouting.Storage;

namespace ContactRouting.Directory.Changes;

/// <summary>Applies whole configurations.</summary>
internal sealed class ConfigurationStore(DirectoryStore directories, TimeProvider time)
{
    /// <summary>How long a plan may take to make: longer than any that the limits allow, on a busy machine.</summary>
    private static readonly TimeSpan LongestPlan = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Applies the difference between the document and the directory, in as many transactions as it takes. A killed
    /// apply leaves a valid directory, and the same document finishes it.
    /// </summary>
    /// <param name="accepts">Checks the version that the change starts from.</param>
    /// <exception cref="DomainException">
    /// The document has errors, or is refused, and nothing was changed; or somebody else changed the directory between two
    /// transactions.
    /// </exception>
    public Task ApplyAsync(int accountId, Configuration document, Action<long> accepts, CancellationToken cancellationToken) =>
        directories.ChangeInStepsAsync(accountId, (edit, made) =>
        {
            // What the other one did would be undone.
            if (made > 0)
                throw new DomainException(ErrorKind.Conflict, "Somebody else changed the configuration while this one was applied.");
            var plan = Plan(document, edit, accepts, cancellationToken);
            return [.. plan.Steps(), .. Reordered(edit.Before, plan)];
        }, cancellationToken);

    /// <summary>What the document would change, without changing it.</summary>
    /// <exception cref="DomainException">The document has errors, or would be refused now.</exception>
    public async Task<IReadOnlyList<ConfigurationDifference>> CompareAsync(
        int accountId,
        Configuration document,
        Action<long> accepts,
        CancellationToken cancellationToken
    )
    {
        IReadOnlyList<ConfigurationDifference> differences = [];
        await directories.CheckStepsAsync(accountId, edit =>
        {
            var plan = Plan(document, edit, accepts, cancellationToken);
            differences = [.. plan.Differences.Select(step => ConfigurationDifference.InFull(edit.Before, step.Record, step.Remove))];
            return plan.Steps();
        }, cancellationToken);
        return differences;
    }

    private ConfigurationPlan Plan(
        Configuration document,
        DirectoryEdit edit,
        Action<long> accepts,
        CancellationToken cancellationToken
    )
    {
        accepts(edit.Before.Version);
        var begin = time.GetTimestamp();
        var plan = ConfigurationPlan.For(document, edit, () =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (time.GetElapsedTime(begin) > LongestPlan)
                throw new DomainException(ErrorKind.Unavailable, "The configuration took too long to read; nothing was changed.");
        });
        if (plan.Errors.Count > 0) throw DomainException.Of(ErrorKind.Invalid, "The configuration is not valid", plan.Errors);
        if (plan.Taken.Count > 0) throw DomainException.Of(ErrorKind.Conflict, "The configuration cannot be applied", plan.Taken);
        return plan;
    }

    /// <summary>
    /// Agents whose places in the index follow another strategy from now on, and that do not change otherwise. Those that a
    /// killed process left out are reordered by the next sweep.
    /// </summary>
    private static IEnumerable<DirectoryStep> Reordered(AccountDirectory before, ConfigurationPlan plan)
    {
        var changed = plan.Differences.Select(step => step.Record.RowKey).ToHashSet(StringComparer.Ordinal);
        return plan
            .Differences.Where(step => !step.Remove)
            .SelectMany(step => step.Record switch
            {
                Queue queue when before.Queue(queue.Id) is { } stored && stored.Strategy != queue.Strategy => before.OwnAgentsOf(queue.Id),
                Group group when before.Group(group.Id) is { } stored && stored.Strategy != group.Strategy => before.MembersOf(group.Id),
                _ => [],
            })
            .DistinctBy(agent => agent.Id)
            .Where(agent => !changed.Contains(agent.RowKey))
            .Select(agent => DirectoryStep.Put(agent));
    }
}

/// <summary>A record that a document would add, change or remove.</summary>
/// <param name="Change"><c>add</c>, <c>change</c> or <c>remove</c>.</param>
internal sealed record ConfigurationDifference(string Change, string Kind, string Id)
{
    /// <summary>What differs of it, where that is told.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonObject? Before { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonObject? After { get; init; }

    public static ConfigurationDifference InFull(AccountDirectory before, IDirectoryRecord record, bool remove)
    {
        var difference = RecordDifference.Of(before.Records.GetValueOrDefault(record.RowKey), remove ? null : record);
        return Of(before, record, remove) with { Before = difference.Before, After = difference.After };
    }

    public static ConfigurationDifference Of(AccountDirectory before, IDirectoryRecord record, bool remove) =>
        new(
            remove ? "remove"
                : before.Records.ContainsKey(record.RowKey) ? "change"
                : "add",
            RecordKind.Of(record.RowKey).Word,
            IdOf(record)
        );

    private static string IdOf(IDirectoryRecord record) => record switch
    {
        NamedRecord named => named.Name,
        UserService service => service.TechnicalName,
        var other => string.Join('/', TableKey.Parts(other.RowKey).Skip(2)).TrimStart('0'),
    };
}

using ContactRouting.Http;
using ContactRouting.Storage;

namespace ContactRouting.Directory;

/// <summary>Applies whole configurations.</summary>
internal sealed class ConfigurationStore(DirectoryStore directories)
{
    // Room for the directory's head and the operation; an agent takes a row, a live row and up to two index rows a unit,
    // a subscription its own row, its delivery's and the agent's live row.
    private const int StepWeight = Batch.MaxActions - 4;

    // An agent takes its row, its live row, and two index rows for each of at most 40 units.
    private const int AgentsPerStep = 1;

    // Far below a transaction's 4 MiB, with html at six bytes a character.
    private const int StepHtmlLength = 500_000;

    /// <summary>
    /// Applies the difference between the document and the directory, in as many transactions as it takes. A killed
    /// apply leaves a valid directory, and the same document finishes it.
    /// </summary>
    /// <param name="accepts">Checks the version that the change starts from.</param>
    /// <exception cref="DomainException">The document has errors.</exception>
    public async Task ApplyAsync(int accountId, Configuration document, Action<long> accepts, CancellationToken cancellationToken)
    {
        IReadOnlyList<int> reordered = [];
        for (var first = true; ; first = false)
        {
            var check = first;
            var (completed, more) = await directories.ChangeAsync(accountId, edit =>
            {
                if (check) accepts(edit.Before.Version);
                var plan = ConfigurationPlan.For(document, edit);
                Refuse(plan);
                var steps = plan.Steps().ToList();
                if (check) reordered = Reordered(edit.Before, steps);
                var next = NextTransaction(steps, edit.Before).ToList();
                foreach (var (record, remove) in next)
                {
                    if (remove) edit.Remove(record);
                    else edit.Put(record);
                }
                return (plan.Completed, next.Count < steps.Count);
            }, cancellationToken);
            if (!more) break;
            document = completed;
        }
        foreach (var chunk in reordered.Chunk(AgentsPerStep)) await TouchAsync(accountId, chunk, cancellationToken);
    }

    /// <summary>What the document would change, without changing it.</summary>
    /// <exception cref="DomainException">The document has errors.</exception>
    public Task<IReadOnlyList<ConfigurationDifference>> CompareAsync(
        int accountId,
        Configuration document,
        Action<long> accepts,
        CancellationToken cancellationToken
    ) =>
        directories.ChangeAsync(accountId, edit =>
        {
            accepts(edit.Before.Version);
            var plan = ConfigurationPlan.For(document, edit);
            Refuse(plan);
            return (IReadOnlyList<ConfigurationDifference>)
                [.. plan.Steps().Select(step => ConfigurationDifference.Of(edit.Before, step.Record, step.Remove))];
        }, cancellationToken);

    private static void Refuse(ConfigurationPlan plan)
    {
        if (plan.Errors.Count > 0)
            throw new DomainException(
                ErrorKind.Invalid,
                $"The configuration is not valid: {plan.Errors[0].Path} {plan.Errors[0].Problem}",
                plan.Errors[0].Path
            )
            {
                Errors = plan.Errors,
            };
    }

    /// <summary>Agents whose places in the index follow another strategy from now on.</summary>
    private static List<int> Reordered(AccountDirectory before, List<(IDirectoryRecord Record, bool Remove)> steps)
    {
        var puts = steps.Where(step => !step.Remove).Select(step => step.Record).ToList();
        var queues = puts.OfType<Queue>()
            .Where(queue => before.Queue(queue.Id) is { } stored && stored.Strategy != queue.Strategy)
            .SelectMany(queue => before.OperatorsOf(queue.Id));
        var groups = puts.OfType<Group>()
            .Where(group => before.Group(group.Id) is { } stored && stored.Strategy != group.Strategy)
            .SelectMany(group => before.MembersOf(group.Id));
        return [.. queues.Concat(groups).Select(agent => agent.Id).Distinct()];
    }

    /// <summary>Agents' live rows and index follow the directory; where this is left undone, each does at its own next change.</summary>
    private Task<bool> TouchAsync(int accountId, int[] agents, CancellationToken cancellationToken) =>
        directories.ChangeAsync(accountId, edit =>
        {
            foreach (var agent in agents.Select(edit.Directory.Agent).OfType<Agent>()) edit.Put(agent);
            return true;
        }, cancellationToken);

    private static IEnumerable<(IDirectoryRecord Record, bool Remove)> NextTransaction(
        IEnumerable<(IDirectoryRecord Record, bool Remove)> steps,
        AccountDirectory before
    )
    {
        var (weight, html) = (0, 0);
        foreach (var step in steps)
        {
            weight += step.Record switch
            {
                Agent agent => 2 + UnitsOf(agent) + UnitsOf(before.Agent(agent.Id)),
                Subscription => 3,
                _ => 1,
            };
            html += step.Record switch { Level level => level.Html.Length, Service service => service.OfflineHtml.Length, _ => 0 };
            if (weight > StepWeight || html > StepHtmlLength) yield break;
            yield return step;
        }
    }

    private static int UnitsOf(Agent? agent) => agent is null ? 0 : agent.Queues.Count + agent.Groups.Count;
}

/// <summary>A record that a document would add, change or remove.</summary>
/// <param name="Change"><c>add</c>, <c>change</c> or <c>remove</c>.</param>
internal sealed record ConfigurationDifference(string Change, string Kind, string Id)
{
    public static ConfigurationDifference Of(AccountDirectory before, IDirectoryRecord record, bool remove)
    {
        var parts = record.RowKey.Split('|');
        return new ConfigurationDifference(
            remove ? "remove"
                : before.Records.ContainsKey(record.RowKey) ? "change"
                : "add",
            parts[1],
            IdOf(record)
        );
    }

    private static string IdOf(IDirectoryRecord record) => record switch
    {
        NamedRecord named => named.Name,
        UserService service => service.TechnicalName,
        var other => string.Join('/', other.RowKey.Split('|').Skip(2)).TrimStart('0'),
    };
}

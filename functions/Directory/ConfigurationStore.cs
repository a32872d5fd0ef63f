using ContactRouting.Http;
using ContactRouting.Storage;

namespace ContactRouting.Directory;

/// <summary>Applies whole configurations.</summary>
internal sealed class ConfigurationStore(DirectoryStore directories)
{
    // Room for the directory's head and the operation; an agent takes a row, a live row and up to two index rows a unit,
    // a subscription its own row, its delivery's and the agent's live row.
    private const int StepWeight = Batch.MaxActions - 4;

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
        for (var first = true; ; first = false)
        {
            var check = first;
            var (completed, more) = await directories.ChangeAsync(accountId, edit =>
            {
                if (check) accepts(edit.Before.Version);
                var plan = ConfigurationPlan.For(document, edit);
                if (plan.Errors.Count > 0) throw new DomainException(ErrorKind.Invalid, $"The configuration is not valid: {plan.Errors[0].Path} {plan.Errors[0].Problem}", plan.Errors[0].Path) { Errors = plan.Errors };
                var steps = plan.Steps().ToList();
                var next = NextTransaction(steps, edit.Before).ToList();
                foreach (var (record, remove) in next)
                {
                    if (remove) edit.Remove(record);
                    else edit.Put(record);
                }
                return (plan.Completed, next.Count < steps.Count);
            }, cancellationToken);
            if (!more) return;
            document = completed;
        }
    }

    private static IEnumerable<(IDirectoryRecord Record, bool Remove)> NextTransaction(IEnumerable<(IDirectoryRecord Record, bool Remove)> steps, AccountDirectory before)
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

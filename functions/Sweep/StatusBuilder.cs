using ContactRouting.Directory;
using ContactRouting.Status;
using ContactRouting.Storage;
using Microsoft.Extensions.Options;

namespace ContactRouting.Sweep;

/// <summary>Makes what is live of an account of rows that were read together.</summary>
internal sealed class StatusBuilder(FiguresStore figures, IOptions<ScheduleOptions> schedule, TimeProvider time)
{
    /// <summary>After a visit: what ended is in the figures.</summary>
    /// <param name="asOf">Before the rows were read.</param>
    public async Task<AccountStatus> BuildAsync(
        AccountDirectory directory,
        SweptRows swept,
        DateTimeOffset asOf,
        CancellationToken cancellationToken
    )
    {
        var today = await figures.ReadAsync(directory.AccountId, asOf, cancellationToken);
        return AccountStatus.Of(directory, swept, today, asOf, schedule.Value.StaleAfter(time.GetUtcNow()));
    }
}

using ContactRouting.Contacts;
using ContactRouting.Directory;
using ContactRouting.Directory.Changes;
using ContactRouting.Status;
using ContactRouting.Storage;
using Microsoft.Extensions.Options;

namespace ContactRouting.Sweep;

/// <summary>Makes what is live of an account, of rows that a visit has read, or that are read for it.</summary>
internal sealed class StatusBuilder(
    LiveTable live,
    DirectoryStore directories,
    FiguresStore figures,
    IOptions<ScheduleOptions> schedule,
    TimeProvider time
)
{
    /// <summary>After a visit: what ended is in the figures.</summary>
    /// <param name="asOf">Before the rows were read.</param>
    public async Task<AccountStatus> BuildAsync(
        AccountDirectory directory,
        LiveRows rows,
        DateTimeOffset asOf,
        CancellationToken cancellationToken
    )
    {
        var today = await figures.ReadAsync(directory.AccountId, asOf, cancellationToken);
        return Of(directory, rows, today, asOf);
    }

    /// <summary>
    /// An account as it is now: a read of its figures, one of the directory's version, and one for each thousand live rows. Null
    /// where it is being removed.
    /// </summary>
    public async Task<AccountStatus?> ReadAsync(int accountId, CancellationToken cancellationToken)
    {
        var asOf = time.GetUtcNow();

        // Before the endings: one that is added up meanwhile is missing for a moment, and none is there twice.
        var today = await figures.ReadAsync(accountId, asOf, cancellationToken);
        var head = await live.FindAsync<DirectoryHead>(accountId, LiveKeys.Head, cancellationToken);
        if (head is null or { Value.DeletingSince: not null }) return null;
        var rows = await LiveRows.ReadAsync(live, accountId, cancellationToken);
        if (await directories.FindAsync(accountId, head, cancellationToken) is not { } directory) return null;
        return Of(directory, rows, today.With(rows.Endings.Select(row => row.Value), directory), asOf);
    }

    private AccountStatus Of(AccountDirectory directory, LiveRows rows, DayFigures today, DateTimeOffset asOf) =>
        AccountStatus.Of(
            directory,
            rows.Agents.Select(row => row.Value),
            rows.Waiting.Select(contact => (contact.Line, contact.Place.Since))
                .Concat(rows.LinesOfOthers.Select(LineKeys.OfRow).Select(row => (row.Line, row.Place.Since))),
            rows.Handling.Select(row => row.Value),
            today,
            asOf,
            schedule.Value.StaleAfter(asOf)
        );
}

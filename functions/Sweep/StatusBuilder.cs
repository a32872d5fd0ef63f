using ContactRouting.Accounts;
using ContactRouting.Directory;
using ContactRouting.Status;
using ContactRouting.Storage;
using Microsoft.Extensions.Options;

namespace ContactRouting.Sweep;

/// <summary>Makes what is live of an account of rows that were read together.</summary>
internal sealed class StatusBuilder(RememberedAccounts accounts, IOptions<ScheduleOptions> schedule, TimeProvider time)
{
    /// <param name="asOf">Before the rows were read.</param>
    public async Task<AccountStatus> BuildAsync(AccountDirectory directory, SweptRows swept, DateTimeOffset asOf)
    {
        var timeZone = (await accounts.FindAsync(directory.AccountId))?.TimeZone ?? Account.StandardTimeZone;
        var figures = DayFigures.None(timeZone, asOf);
        return AccountStatus.Of(directory, swept, figures, asOf, schedule.Value.StaleAfter(time.GetUtcNow()));
    }
}

using Microsoft.Extensions.Options;
using NCrontab;

namespace ContactRouting.Sweep;

/// <summary>When the timers run: six-field NCrontab expressions, seconds first, in UTC.</summary>
internal sealed class ScheduleOptions
{
    public static readonly CrontabSchedule.ParseOptions WithSeconds = new() { IncludingSeconds = true };

    /// <summary>The aggregation of presence into status snapshots.</summary>
    public string StatusSnapshotSchedule { get; set; } = "*/5 * * * * *";

    /// <summary>So many periods without a tick mean that the timer has stopped.</summary>
    private const int MissedPeriods = 3;

    private static readonly TimeSpan LeastStale = TimeSpan.FromSeconds(30);

    /// <summary>Whether the timer does not tick any more, or never has.</summary>
    public bool HasStopped(DateTimeOffset? lastTick, DateTimeOffset now) =>
        lastTick is not { } last || now - last > MissedPeriods * Period(now);

    /// <summary>After which age a snapshot is not kept up any more.</summary>
    public TimeSpan StaleAfter(DateTimeOffset now) =>
        MissedPeriods * Period(now) is var late && late > LeastStale ? late : LeastStale;

    /// <summary>From the next tick to the one after it.</summary>
    public TimeSpan Period(DateTimeOffset now)
    {
        var ticks = CrontabSchedule.Parse(StatusSnapshotSchedule, WithSeconds);
        var next = ticks.GetNextOccurrence(now.UtcDateTime);
        return ticks.GetNextOccurrence(next) - next;
    }
}

internal sealed class ScheduleOptionsValidation : IValidateOptions<ScheduleOptions>
{
    public ValidateOptionsResult Validate(string? name, ScheduleOptions options) =>
        CrontabSchedule.TryParse(options.StatusSnapshotSchedule, ScheduleOptions.WithSeconds) is null
            ? ValidateOptionsResult.Fail(
                $"{nameof(options.StatusSnapshotSchedule)} must be a six-field schedule, seconds first, like */5 * * * * *."
            )
            : ValidateOptionsResult.Success;
}

using System.Reflection;
using ContactRouting.Sweep;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using NCrontab;

namespace ContactRouting.Hosting;

/// <summary>Runs one timer function on its schedule, one call at a time, in every process.</summary>
internal sealed partial class LocalTimer(
    MethodInfo method,
    string schedule,
    IServiceScopeFactory scopes,
    IOptions<ScheduleOptions> options,
    TimeProvider time,
    ILogger<LocalTimer> logger
) : BackgroundService
{
    // A single delay is limited to 49 days.
    private static readonly TimeSpan LongestDelay = TimeSpan.FromDays(1);

    private readonly CrontabSchedule schedule = CrontabSchedule.Parse(Resolve(schedule, options.Value), ScheduleOptions.WithSeconds);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var create = ActivatorUtilities.CreateFactory(method.DeclaringType!, []);
        while (true)
        {
            await UntilAsync(schedule.GetNextOccurrence(time.GetUtcNow().UtcDateTime), stoppingToken);
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                var arguments = method
                    .GetParameters()
                    .Select(parameter => parameter.ParameterType == typeof(TimerInfo) ? new TimerInfo() : (object)stoppingToken)
                    .ToArray();
                await (Task)method.Invoke(create(scope.ServiceProvider, null), arguments)!;
            }
#pragma warning disable CA1031 // A tick that fails is logged, and the next one comes, as on the Functions host.
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                LogFailure(error, method.DeclaringType!.Name);
            }
        }
    }

    private async Task UntilAsync(DateTime next, CancellationToken cancellationToken)
    {
        while (next - time.GetUtcNow().UtcDateTime is { Ticks: > 0 } left)
            await Task.Delay(left < LongestDelay ? left : LongestDelay, time, cancellationToken);
    }

    /// <summary>The schedule itself, or the setting that %..% names.</summary>
    private static string Resolve(string schedule, ScheduleOptions options) =>
        schedule.StartsWith('%') ? (string)typeof(ScheduleOptions).GetProperty(schedule.Trim('%'))!.GetValue(options)! : schedule;

    [LoggerMessage(Level = LogLevel.Error, Message = "The timer {timer} failed")]
    private partial void LogFailure(Exception error, string timer);
}

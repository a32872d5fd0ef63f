using ContactRouting.Http;
using ContactRouting.Settings;
using ContactRouting.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace ContactRouting.Sweep;

internal static class SweepRoom
{
    /// <summary>What the clock moves.</summary>
    public static IServiceCollection AddSweep(this IServiceCollection services)
    {
        services.AddSettings<ScheduleOptions, ScheduleOptionsValidation>("");
        services.AddSingleton<ContactSweep>().AddSingleton<QueueWatch>().AddSingleton<Retention>().AddSingleton<AccountVisits>();
        services.AddSettings<StatusOptions>(StatusOptions.Section).AddSingleton<StatusBuilder>();

        // Made late: a process loads nothing for them before a request was answered.
        services.AddSingleton(provider => new Lazy<AccountVisits>(provider.GetRequiredService<AccountVisits>));
        services.AddSingleton(provider => new Lazy<StatusBuilder>(provider.GetRequiredService<StatusBuilder>));
        services.AddSingleton(provider => new Lazy<Ticks>(provider.GetRequiredService<Ticks>));
        services.AddSingleton<StandIn>().AddSingleton<IAfterAnswer>(provider => provider.GetRequiredService<StandIn>());
        services.AddHostedService(provider => provider.GetRequiredService<StandIn>());
        services.AddSingleton<FreshSnapshots>().AddHostedService(provider => provider.GetRequiredService<FreshSnapshots>());
        return services;
    }
}

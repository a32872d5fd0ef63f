using ContactRouting.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace ContactRouting.AgentEvents;

internal static class AgentEventsRoom
{
    /// <summary>RingMe's format.</summary>
    public static IServiceCollection AddAgentEvents(this IServiceCollection services)
    {
        services.AddSettings<RingMeOptions, RingMeOptionsValidation>(RingMeOptions.Section);
        services.AddSingleton<RingMeApi>().AddSingleton<RateLimit>().AddSingleton<AgentLogins>();
        services.AddSingleton<RingMeAgents>().AddSingleton<RingMeEvents>().AddSingleton<RingMeQueues>().AddSingleton<RingMeClients>();
        return services;
    }
}

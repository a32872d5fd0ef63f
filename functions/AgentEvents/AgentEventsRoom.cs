using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ContactRouting.AgentEvents;

internal static class AgentEventsRoom
{
    /// <summary>RingMe's format.</summary>
    public static IServiceCollection AddAgentEvents(this IServiceCollection services)
    {
        services.AddOptions<RingMeOptions>().BindConfiguration(RingMeOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<RingMeOptions>, RingMeOptionsValidation>();
        services.AddSingleton<RingMeApi>().AddSingleton<RateLimit>().AddSingleton<RingMeAgents>().AddSingleton<RingMeEvents>();
        return services;
    }
}

using Microsoft.Extensions.DependencyInjection;

namespace ContactRouting.OwnApi;

internal static class OwnApiRoom
{
    /// <summary>The account's own API, and the operator's.</summary>
    public static IServiceCollection AddOwnApi(this IServiceCollection services)
    {
        services.AddSingleton<RoutingApi>().AddSingleton<OperatorApi>().AddSingleton<ContactView>();
        services.AddSingleton<CrossOrigin>().AddSingleton<PreflightApi>().AddSingleton<LoginApi>().AddSingleton<LongPoll>();
        services.AddSingleton<TokenResource>().AddSingleton<SessionResource>();
        services.AddSingleton<ContactResource>().AddSingleton<ContactEvents>().AddSingleton<AgentResource>();
        services.AddSingleton<QueueResource>().AddSingleton<ServiceResource>().AddSingleton<StatusResource>();
        services.AddSingleton<ResolutionResource>().AddSingleton<SimulationResource>().AddSingleton<ConfigurationResource>();
        services.AddSingleton<SubscriptionResource>().AddSingleton<EventResource>().AddSingleton<DeadLetterResource>();
        services.AddSingleton<AccountResource>().AddSingleton<AuditResource>().AddSingleton<SettingsResource>();
        return services;
    }
}

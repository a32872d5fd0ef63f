using Microsoft.Extensions.DependencyInjection;

namespace ContactRouting.OwnApi;

internal static class OwnApiRoom
{
    /// <summary>The account's own API, and the operator's.</summary>
    public static IServiceCollection AddOwnApi(this IServiceCollection services)
    {
        services.AddSingleton<RoutingApi>().AddSingleton<OperatorApi>().AddSingleton<ContactView>();
        return services;
    }
}

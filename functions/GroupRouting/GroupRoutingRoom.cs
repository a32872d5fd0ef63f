using Microsoft.Extensions.DependencyInjection;

namespace ContactRouting.GroupRouting;

internal static class GroupRoutingRoom
{
    /// <summary>Stringee's format.</summary>
    public static IServiceCollection AddGroupRouting(this IServiceCollection services)
    {
        services.AddSingleton<StringeeApi>().AddSingleton<StringeeTokens>();
        services.AddSingleton<StringeeQueues>().AddSingleton<StringeeGroups>().AddSingleton<StringeeGroupRoutings>();
        services.AddSingleton<StringeeAgents>().AddSingleton<StringeeMembers>();
        return services;
    }
}

using Microsoft.Extensions.DependencyInjection;

namespace ContactRouting.Presence;

internal static class PresenceRoom
{
    /// <summary>Who is there.</summary>
    public static IServiceCollection AddPresence(this IServiceCollection services)
    {
        services.AddSingleton<PresenceReader>();
        return services;
    }
}

using Microsoft.Extensions.DependencyInjection;

namespace ContactRouting.UserServices;

internal static class UserServicesRoom
{
    /// <summary>APIO's format.</summary>
    public static IServiceCollection AddUserServices(this IServiceCollection services)
    {
        services.AddSingleton<ApioApi>().AddSingleton<ApioLoginApi>().AddSingleton<ApioLogin>().AddSingleton<ApioUserServices>();
        return services;
    }
}

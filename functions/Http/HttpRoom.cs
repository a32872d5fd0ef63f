using ContactRouting.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace ContactRouting.Http;

internal static class HttpRoom
{
    /// <summary>What the requests of all APIs have in common.</summary>
    public static IServiceCollection AddHttp(this IServiceCollection services)
    {
        services.AddSettings<HttpOptions>(HttpOptions.Section);
        services.AddSingleton<RequestOrigin>().AddSingleton<Idempotency>().AddSingleton<Paging>();
        return services;
    }
}

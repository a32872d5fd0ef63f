using Microsoft.Extensions.DependencyInjection;

namespace ContactRouting.OpenApi;

internal static class OpenApiRoom
{
    /// <summary>What the app tells of its own APIs.</summary>
    public static IServiceCollection AddOpenApi(this IServiceCollection services) => services.AddSingleton<DescriptionApi>();
}

using Microsoft.Extensions.DependencyInjection;

namespace ContactRouting.Pages;

internal static class PagesRoom
{
    /// <summary>What people look at: wallboard and console.</summary>
    public static IServiceCollection AddPages(this IServiceCollection services) => services.AddSingleton<PagesApi>();
}

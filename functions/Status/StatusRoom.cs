using Microsoft.Extensions.DependencyInjection;

namespace ContactRouting.Status;

internal static class StatusRoom
{
    /// <summary>What is live at one time, and the figures of days.</summary>
    public static IServiceCollection AddStatus(this IServiceCollection services) => services.AddSingleton<FiguresStore>();
}

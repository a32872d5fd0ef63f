using ContactRouting.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace ContactRouting.Events;

internal static class EventsRoom
{
    /// <summary>What happened.</summary>
    public static IServiceCollection AddEvents(this IServiceCollection services)
    {
        services.AddSettings<EventsOptions, EventsValidation>(EventsOptions.Section);
        return services.AddSingleton<EventHistory>();
    }
}

using ContactRouting.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace ContactRouting.Storage;

internal static class StorageRoom
{
    /// <summary>The tables, and what is unique over all accounts.</summary>
    public static IServiceCollection AddStorage(this IServiceCollection services)
    {
        services.AddSettings<TablesOptions, TablesOptionsValidation>(TablesOptions.Section);
        services.AddSingleton<Tables>().AddSingleton<LiveTable>().AddSingleton<Claims>();
        services.AddSingleton<DueMarks>().AddSingleton<Ticks>();
        return services;
    }
}

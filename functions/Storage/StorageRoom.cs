using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ContactRouting.Storage;

internal static class StorageRoom
{
    /// <summary>The tables, and what is unique over all accounts.</summary>
    public static IServiceCollection AddStorage(this IServiceCollection services)
    {
        services.AddOptions<TablesOptions>().BindConfiguration(TablesOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<TablesOptions>, TablesOptionsValidation>();
        services.AddSingleton<Tables>().AddSingleton<LiveTable>().AddSingleton<Claims>();
        services.AddSingleton<DueMarks>().AddSingleton<Ticks>();
        return services;
    }
}

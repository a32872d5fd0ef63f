using ContactRouting.ServiceLevels.Embedding;
using ContactRouting.ServiceLevels.Reports;
using Microsoft.Extensions.DependencyInjection;

namespace ContactRouting.ServiceLevels;

internal static class ServiceLevelsRoom
{
    /// <summary>LibraryH3lp's format.</summary>
    public static IServiceCollection AddServiceLevels(this IServiceCollection services)
    {
        services.AddSingleton<LibraryH3lpApi>().AddSingleton<LibraryH3lpLoginApi>().AddSingleton<LibraryH3lpPublicApi>();
        services.AddSingleton<LibraryH3lpServices>().AddSingleton<ServiceLevelStore>().AddSingleton<LibraryH3lpWidgets>();
        services.AddSingleton<LibraryH3lpQueues>().AddSingleton<LibraryH3lpUsers>().AddSingleton<Operators>();
        services.AddSingleton<LibraryH3lpAccounts>();
        services.AddSingleton<NamedPresence>().AddSingleton<EmbeddedServices>().AddSingleton<EmbeddingScript>();
        services.AddSingleton<Activity>().AddSingleton<ChatReports>();
        return services;
    }
}

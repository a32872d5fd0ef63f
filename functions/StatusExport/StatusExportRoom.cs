using ContactRouting.Accounts;
using Microsoft.Extensions.DependencyInjection;

namespace ContactRouting.StatusExport;

internal static class StatusExportRoom
{
    /// <summary>The snapshots of what is live, and Live Guide's format.</summary>
    public static IServiceCollection AddStatusExport(this IServiceCollection services)
    {
        services.AddSingleton<LiveGuideApi>().AddSingleton<StatusExports>().AddSingleton<Snapshots>();
        services.AddSingleton<SnapshotStore>().AddSingleton<IAccountCompanion>(provider => provider.GetRequiredService<SnapshotStore>());
        return services;
    }
}

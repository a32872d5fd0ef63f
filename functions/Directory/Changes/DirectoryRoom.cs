using ContactRouting.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace ContactRouting.Directory.Changes;

internal static class DirectoryRoom
{
    /// <summary>What is configured.</summary>
    public static IServiceCollection AddDirectory(this IServiceCollection services)
    {
        services.AddSettings<DirectoryLimits, DirectoryLimitsValidation>(DirectoryLimits.Section);
        services.AddSingleton<DirectoryStore>().AddSingleton<DirectoryClaims>();
        services.AddSingleton<DirectoryRemoval>().AddSingleton<ConfigurationStore>();

        // Made late: some of those that go along with a change read the directory themselves.
        services.AddSingleton(provider => new Lazy<IEnumerable<IDirectoryCompanion>>(provider.GetServices<IDirectoryCompanion>));
        return services;
    }
}

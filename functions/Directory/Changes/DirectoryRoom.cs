using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ContactRouting.Directory.Changes;

internal static class DirectoryRoom
{
    /// <summary>What is configured.</summary>
    public static IServiceCollection AddDirectory(this IServiceCollection services)
    {
        services.AddOptions<DirectoryLimits>().BindConfiguration(DirectoryLimits.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<DirectoryLimits>, DirectoryLimitsValidation>();
        services.AddSingleton<DirectoryStore>().AddSingleton<DirectoryClaims>();
        services.AddSingleton<DirectoryRemoval>().AddSingleton<ConfigurationStore>();

        // Made late: some of those that go along with a change read the directory themselves.
        services.AddSingleton(provider => new Lazy<IEnumerable<IDirectoryCompanion>>(provider.GetServices<IDirectoryCompanion>));
        return services;
    }
}

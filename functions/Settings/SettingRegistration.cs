using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ContactRouting.Settings;

internal static class SettingRegistration
{
    /// <summary>A section of settings, checked before the app starts.</summary>
    public static IServiceCollection AddSettings<TOptions, TValidation>(this IServiceCollection services, string section)
        where TOptions : class
        where TValidation : class, IValidateOptions<TOptions> =>
        services.AddSettings<TOptions>(section).AddSingleton<IValidateOptions<TOptions>, TValidation>();

    /// <summary>A section of settings of which none can be wrong but by its type.</summary>
    public static IServiceCollection AddSettings<TOptions>(this IServiceCollection services, string section)
        where TOptions : class
    {
        services.AddOptions<TOptions>().BindConfiguration(section).ValidateOnStart();
        return services;
    }
}

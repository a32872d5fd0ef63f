using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ContactRouting.Keys;

internal static class KeysRoom
{
    /// <summary>The encryption key, and what is derived from it.</summary>
    public static IServiceCollection AddKeys(this IServiceCollection services)
    {
        services.AddOptions<EncryptionOptions>().BindConfiguration(EncryptionOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<EncryptionOptions>, EncryptionOptionsValidation>();
        services.AddSingleton<KeyRing>().AddSingleton<SignedTokens>();
        return services;
    }
}

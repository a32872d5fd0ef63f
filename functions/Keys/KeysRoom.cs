using ContactRouting.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace ContactRouting.Keys;

internal static class KeysRoom
{
    /// <summary>The encryption key, and what is derived from it.</summary>
    public static IServiceCollection AddKeys(this IServiceCollection services)
    {
        services.AddSettings<EncryptionOptions, EncryptionOptionsValidation>(EncryptionOptions.Section);
        services.AddSingleton<KeyRing>().AddSingleton<SignedTokens>();
        return services;
    }
}

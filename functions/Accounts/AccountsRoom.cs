using ContactRouting.Directory.Changes;
using ContactRouting.Settings;
using ContactRouting.Webhooks;
using Microsoft.Extensions.DependencyInjection;

namespace ContactRouting.Accounts;

internal static class AccountsRoom
{
    /// <summary>Who may come in.</summary>
    public static IServiceCollection AddAccounts(this IServiceCollection services)
    {
        services.AddSettings<OperatorOptions, OperatorOptionsValidation>(OperatorOptions.Section);
        services.AddSettings<PasswordsOptions, PasswordsOptionsValidation>(PasswordsOptions.Section);
        services.AddSettings<SessionsOptions, SessionsOptionsValidation>(SessionsOptions.Section);
        services.AddSingleton<AccountStore>().AddSingleton<AccountRemoval>().AddSingleton<RememberedAccounts>();
        services.AddSingleton<PasswordHashing>().AddSingleton<NewPasswords>().AddSingleton<Credentials>();
        services.AddSingleton<LoginThrottle>().AddSingleton<Login>();
        services.AddSingleton<TokenAuthentication>().AddSingleton<SinkApi>().AddSingleton<OAuthApi>().AddSingleton<OAuthTokens>();
        services.AddSingleton<LimitedTokens>();
        services.AddSingleton<OriginIndex>().AddSingleton<IAccountCompanion>(provider => provider.GetRequiredService<OriginIndex>());
        services.AddSingleton<IDirectoryCompanion, CredentialsCompanion>();
        services.AddSingleton<ICallbackSecrets, CallbackSecrets>();
        return services;
    }
}

using ContactRouting.Directory.Changes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ContactRouting.Accounts;

internal static class AccountsRoom
{
    /// <summary>Who may come in.</summary>
    public static IServiceCollection AddAccounts(this IServiceCollection services)
    {
        services.AddOptions<OperatorOptions>().BindConfiguration(OperatorOptions.Section).ValidateOnStart();
        services.AddOptions<PasswordsOptions>().BindConfiguration(PasswordsOptions.Section).ValidateOnStart();
        services.AddOptions<SessionsOptions>().BindConfiguration(SessionsOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<OperatorOptions>, OperatorOptionsValidation>();
        services.AddSingleton<IValidateOptions<PasswordsOptions>, PasswordsOptionsValidation>();
        services.AddSingleton<IValidateOptions<SessionsOptions>, SessionsOptionsValidation>();
        services.AddSingleton<AccountStore>().AddSingleton<AccountRemoval>();
        services.AddSingleton<PasswordHashing>().AddSingleton<NewPasswords>().AddSingleton<Credentials>();
        services.AddSingleton<LoginThrottle>().AddSingleton<Login>();
        services.AddSingleton<TokenAuthentication>().AddSingleton<SinkApi>().AddSingleton<OAuthApi>();
        services.AddSingleton<IDirectoryCompanion, CredentialsCompanion>();
        return services;
    }
}

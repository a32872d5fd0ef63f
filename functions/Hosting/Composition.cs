using ContactRouting.Accounts;
using ContactRouting.AgentEvents;
using ContactRouting.Audit;
using ContactRouting.Contacts;
using ContactRouting.Directory.Changes;
using ContactRouting.GroupRouting;
using ContactRouting.Http;
using ContactRouting.Keys;
using ContactRouting.OwnApi;
using ContactRouting.Presence;
using ContactRouting.ServiceLevels;
using ContactRouting.ServiceLevels.Embedding;
using ContactRouting.StatusExport;
using ContactRouting.Storage;
using ContactRouting.Sweep;
using ContactRouting.UserServices;
using ContactRouting.Webhooks;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ContactRouting.Hosting;

/// <summary>What both hosts run.</summary>
internal static class Composition
{
    public static void AddContactRouting(this IHostApplicationBuilder builder)
    {
        // Request lines carry tokens in paths and query strings.
        builder
            .Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning)
            .AddFilter("System.Net.Http", LogLevel.Warning)
            .AddFilter("Azure", LogLevel.Warning);

        var services = builder.Services;
        services.AddOptions<TablesOptions>().BindConfiguration(TablesOptions.Section).ValidateOnStart();
        services.AddOptions<OperatorOptions>().BindConfiguration(OperatorOptions.Section).ValidateOnStart();
        services.AddOptions<EncryptionOptions>().BindConfiguration(EncryptionOptions.Section).ValidateOnStart();
        services.AddOptions<HttpOptions>().BindConfiguration(HttpOptions.Section).ValidateOnStart();
        services.AddOptions<WebhooksOptions>().BindConfiguration(WebhooksOptions.Section).ValidateOnStart();
        services.AddOptions<PasswordsOptions>().BindConfiguration(PasswordsOptions.Section).ValidateOnStart();
        services.AddOptions<DirectoryLimits>().BindConfiguration(DirectoryLimits.Section).ValidateOnStart();
        services.AddOptions<SessionsOptions>().BindConfiguration(SessionsOptions.Section).ValidateOnStart();
        services.AddOptions<AuditOptions>().BindConfiguration(AuditOptions.Section).ValidateOnStart();
        services.AddOptions<ContactsOptions>().BindConfiguration(ContactsOptions.Section).ValidateOnStart();
        services.AddOptions<RingMeOptions>().BindConfiguration(RingMeOptions.Section).ValidateOnStart();
        services.AddOptions<ScheduleOptions>().Bind(builder.Configuration).ValidateOnStart();
        services.AddSingleton<IValidateOptions<TablesOptions>, TablesOptionsValidation>();
        services.AddSingleton<IValidateOptions<OperatorOptions>, OperatorOptionsValidation>();
        services.AddSingleton<IValidateOptions<EncryptionOptions>, EncryptionOptionsValidation>();
        services.AddSingleton<IValidateOptions<PasswordsOptions>, PasswordsOptionsValidation>();
        services.AddSingleton<IValidateOptions<DirectoryLimits>, DirectoryLimitsValidation>();
        services.AddSingleton<IValidateOptions<SessionsOptions>, SessionsOptionsValidation>();
        services.AddSingleton<IValidateOptions<AuditOptions>, AuditOptionsValidation>();
        services.AddSingleton<IValidateOptions<ContactsOptions>, ContactsOptionsValidation>();
        services.AddSingleton<IValidateOptions<RingMeOptions>, RingMeOptionsValidation>();
        services.AddSingleton<IValidateOptions<ScheduleOptions>, ScheduleOptionsValidation>();

        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<Tables>();
        services.AddSingleton<LiveTable>().AddSingleton<DueMarks>().AddSingleton<Ticks>().AddSingleton<Claims>();
        services
            .AddSingleton<KeyRing>()
            .AddSingleton<SignedTokens>()
            .AddSingleton<AuditLog>()
            .AddSingleton<TokenAuthentication>()
            .AddSingleton<PasswordHashing>()
            .AddSingleton<NewPasswords>()
            .AddSingleton<Credentials>()
            .AddSingleton<LoginThrottle>()
            .AddSingleton<Login>();
        services.AddSingleton<AccountStore>().AddSingleton<AccountRemoval>();
        services
            .AddSingleton<DirectoryStore>()
            .AddSingleton<DirectoryClaims>()
            .AddSingleton<DirectoryRemoval>()
            .AddSingleton<ConfigurationStore>();
        services.AddSingleton<AgentPresence>().AddSingleton<AgentChanges>().AddSingleton<LivePresenceReader>();
        services.AddSingleton<DeliveryQueue>().AddSingleton<WebhookClient>().AddSingleton<DeadLetters>().AddSingleton<WebhookDispatcher>();
        services.AddSingleton(provider => new Lazy<WebhookDispatcher>(provider.GetRequiredService<WebhookDispatcher>));
        services.AddSingleton<DeliveryService>().AddHostedService(provider => provider.GetRequiredService<DeliveryService>());
        services
            .AddSingleton<ContactStore>()
            .AddSingleton<WaitingRows>()
            .AddSingleton<Choices>()
            .AddSingleton<ContactRouter>()
            .AddSingleton<ContactActions>()
            .AddSingleton<ContactSweep>()
            .AddSingleton<ContactView>()
            .AddSingleton<ContactHistory>()
            .AddSingleton<ExternalContacts>()
            .AddSingleton<Idempotency>()
            .AddSingleton<Retention>();
        services
            .AddSingleton<IDirectoryCompanion, DeliveryCompanion>()
            .AddSingleton<IDirectoryCompanion, OfferKeeper>()
            .AddSingleton<IDirectoryCompanion, CredentialsCompanion>()
            .AddSingleton(provider => new Lazy<IEnumerable<IDirectoryCompanion>>(provider.GetServices<IDirectoryCompanion>))
            .AddSingleton<IAccountCompanion>(provider => provider.GetRequiredService<SnapshotStore>());
        services.AddSingleton<SnapshotStore>().AddSingleton<AccountVisits>().AddSingleton<StatusExports>();
        services.AddSingleton(provider => new Lazy<AccountVisits>(provider.GetRequiredService<AccountVisits>));
        services.AddSingleton(provider => new Lazy<Ticks>(provider.GetRequiredService<Ticks>));
        services.AddSingleton<StandIn>().AddSingleton<IAfterAnswer>(provider => provider.GetRequiredService<StandIn>());
        services.AddHostedService(provider => provider.GetRequiredService<StandIn>());
        services
            .AddSingleton<ServiceLevelStore>()
            .AddSingleton<UserChanges>()
            .AddSingleton<Operators>()
            .AddSingleton<NamedPresence>()
            .AddSingleton<EmbeddedServices>()
            .AddSingleton<RequestOrigin>();
        services
            .AddSingleton<LibraryH3lpApi>()
            .AddSingleton<LibraryH3lpLoginApi>()
            .AddSingleton<LibraryH3lpPublicApi>()
            .AddSingleton<LiveGuideApi>()
            .AddSingleton<SinkApi>();
        services.AddSingleton<RateLimit>().AddSingleton<RingMeApi>().AddSingleton<RingMeAgents>().AddSingleton<RingMeEvents>();
        services.AddSingleton<StringeeTokens>().AddSingleton<StringeeApi>().AddSingleton<ApioApi>().AddSingleton<ApioLoginApi>();
        services.AddSingleton<OAuthApi>().AddSingleton<OperatorApi>().AddSingleton<RoutingApi>().AddSingleton<HealthApi>();
    }

    /// <summary>Checks all settings before the host starts, which would log the same faults with their stacks.</summary>
    public static void ValidateSettings(this IHost host) => host.Services.GetRequiredService<IStartupValidator>().Validate();

    /// <summary>Each API refuses a long body in its own shape, where the server would answer an empty 500.</summary>
    public static void LeaveBodiesToTheApis(KestrelServerOptions server) => server.Limits.MaxRequestBodySize = null;
}

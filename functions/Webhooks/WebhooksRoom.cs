using ContactRouting.Directory.Changes;
using ContactRouting.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace ContactRouting.Webhooks;

internal static class WebhooksRoom
{
    /// <summary>Whom to tell.</summary>
    public static IServiceCollection AddWebhooks(this IServiceCollection services)
    {
        services.AddSettings<WebhooksOptions, WebhooksValidation>(WebhooksOptions.Section);
        services.AddSingleton<DeliveryQueue>().AddSingleton<WebhookClient>().AddSingleton<WebhookDispatcher>();
        services.AddSingleton<DeadLetters>().AddSingleton<DeliveryLog>().AddSingleton<SubscriptionStates>().AddSingleton<Replay>();
        services.AddSingleton(provider => new Lazy<WebhookDispatcher>(provider.GetRequiredService<WebhookDispatcher>));
        services.AddSingleton<DeliveryService>().AddHostedService(provider => provider.GetRequiredService<DeliveryService>());
        services.AddSingleton<IDirectoryCompanion, DeliveryCompanion>();
        return services;
    }
}

using ContactRouting.Directory.Changes;
using Microsoft.Extensions.DependencyInjection;

namespace ContactRouting.Webhooks;

internal static class WebhooksRoom
{
    /// <summary>Whom to tell.</summary>
    public static IServiceCollection AddWebhooks(this IServiceCollection services)
    {
        services.AddOptions<WebhooksOptions>().BindConfiguration(WebhooksOptions.Section).ValidateOnStart();
        services.AddSingleton<DeliveryQueue>().AddSingleton<WebhookClient>().AddSingleton<DeadLetters>().AddSingleton<WebhookDispatcher>();
        services.AddSingleton(provider => new Lazy<WebhookDispatcher>(provider.GetRequiredService<WebhookDispatcher>));
        services.AddSingleton<DeliveryService>().AddHostedService(provider => provider.GetRequiredService<DeliveryService>());
        services.AddSingleton<IDirectoryCompanion, DeliveryCompanion>();
        return services;
    }
}

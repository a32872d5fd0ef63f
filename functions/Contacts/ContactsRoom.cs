using ContactRouting.Directory.Changes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ContactRouting.Contacts;

internal static class ContactsRoom
{
    /// <summary>Guests, and the agents who serve them.</summary>
    public static IServiceCollection AddContacts(this IServiceCollection services)
    {
        services.AddOptions<ContactsOptions>().BindConfiguration(ContactsOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ContactsOptions>, ContactsOptionsValidation>();
        services.AddSingleton<ContactStore>().AddSingleton<WaitingRows>().AddSingleton<Choices>().AddSingleton<ContactHistory>();
        services.AddSingleton<ContactRouter>().AddSingleton<ContactActions>().AddSingleton<ExternalContacts>();
        services.AddSingleton<AgentPresence>().AddSingleton<AgentChanges>();
        services.AddSingleton<IDirectoryCompanion, OfferKeeper>();
        return services;
    }
}

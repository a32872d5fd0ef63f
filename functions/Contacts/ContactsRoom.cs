using ContactRouting.Directory.Changes;
using ContactRouting.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace ContactRouting.Contacts;

internal static class ContactsRoom
{
    /// <summary>Guests, and the agents who serve them.</summary>
    public static IServiceCollection AddContacts(this IServiceCollection services)
    {
        services.AddSettings<ContactsOptions, ContactsOptionsValidation>(ContactsOptions.Section);
        services.AddSingleton<ContactStore>().AddSingleton<WaitingRows>().AddSingleton<Choices>();
        services.AddSingleton<ContactHistory>().AddSingleton<ContactList>();
        services.AddSingleton<ContactRouter>().AddSingleton<ContactDecisions>().AddSingleton<ContactActions>();
        services.AddSingleton<ExternalContacts>();
        services.AddSingleton<AgentPresence>().AddSingleton<AgentChanges>();
        services.AddSingleton<IDirectoryCompanion, OfferKeeper>();
        return services;
    }
}

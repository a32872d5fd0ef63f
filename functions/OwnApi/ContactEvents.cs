using ContactRouting.Contacts;
using ContactRouting.Directory;
using ContactRouting.Errors;
using ContactRouting.Http;
using Microsoft.AspNetCore.Http;

namespace ContactRouting.OwnApi;

/// <summary>Contacts of systems that assign them themselves: what they tell counts, and is never offered to anybody.</summary>
internal sealed class ContactEvents(ExternalContacts contacts, TimeProvider time)
{
    public async Task<Reply> ReceiveAsync(int accountId, HttpRequest request, CancellationToken cancellationToken)
    {
        var received = Event(await Fields.ReadAsync(request, cancellationToken), time.GetUtcNow());
        var contact = await contacts.ApplyAsync(accountId, received, cancellationToken);
        return Reply.Json(new { contact_id = received.ContactId, state = ContactLife.StateName(contact.State) });
    }

    /// <exception cref="DomainException">A field is missing or wrong.</exception>
    private static ExternalEvent Event(Fields fields, DateTimeOffset now)
    {
        var state = fields.RequiredWord("event", "contact-queued", "contact-answered", "contact-ended", "contact-abandoned") switch
        {
            "contact-queued" => ContactState.Queued,
            "contact-answered" => ContactState.Active,
            "contact-ended" => ContactState.Ended,
            _ => ContactState.Abandoned,
        };
        var received = new ExternalEvent(
            fields.RequiredText("contact_id", Contact.ExternalIdFault, orNumber: true),
            state,
            fields.Text("queue", 200, orNumber: true),
            Id(fields, "agent_id"),
            fields.Text("channel", Channels.Fault),
            fields.PastTime("occurred_at", now)
        );
        if (state == ContactState.Queued && received.Queue is null) throw DomainException.Invalid("queue", "is missing.");
        return state == ContactState.Active && received.AgentId is null
            ? throw DomainException.Invalid("agent_id", "is missing.")
            : received;
    }

    private static int? Id(Fields fields, string name) =>
        fields.Text(name, 20, orNumber: true) is not { } text
            ? null
            : WireId.Parse(text) ?? throw DomainException.Invalid(name, "must be a whole number.");
}

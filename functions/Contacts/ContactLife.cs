using ContactRouting.Directory;
using ContactRouting.Http;
using ContactRouting.Presence;
using ContactRouting.Routing;

namespace ContactRouting.Contacts;

/// <summary>A contact and, where one has to do with it, its agent.</summary>
internal readonly record struct ContactAndAgent(Contact Contact, AgentState? Agent);

/// <summary>What happens to a contact, pure: each step makes a contact and its agent from those before it.</summary>
internal static class ContactLife
{
    /// <summary>Unanswered offers in a row after which an agent is taken for absent.</summary>
    public const int UnansweredToBusy = 3;

    private static readonly Queue AnyQueue = new();

    /// <param name="queue">Whose offers last so long, and whose agents rest so long; null where the contact came for one agent.</param>
    public static ContactAndAgent Offer(Contact contact, AgentState agent, Queue? queue, DateTimeOffset now) =>
        new(
            contact with
            {
                State = ContactState.Offered,
                AgentId = agent.AgentId,
                OfferExpiresAt = now.AddSeconds((queue ?? AnyQueue).OfferSeconds),
                WrapUpSeconds = queue is { WrapUp: true } ? queue.WrapUpSeconds : 0,
                Sequence = contact.Sequence + 1,
            },
            agent with
            {
                Load = [.. agent.Load, new Reservation(contact.Id, agent.CostOf(contact.Channel))],
                LastOfferedAt = now,
            }
        );

    /// <exception cref="DomainException">The contact is not offered to this agent (any more).</exception>
    public static Contact Accept(Contact contact, int agentId)
    {
        RequireOffer(contact, agentId);
        return contact with { State = ContactState.Active, OfferExpiresAt = null, DeclinedBy = null, Sequence = contact.Sequence + 1 };
    }

    /// <summary>Back to its place in the line; others come first next time.</summary>
    /// <exception cref="DomainException">The contact is not offered to this agent (any more).</exception>
    public static ContactAndAgent Decline(Contact contact, AgentState agent, int agentId, DateTimeOffset now)
    {
        RequireOffer(contact, agentId);
        return new(Requeued(contact) with { DeclinedBy = agentId }, Freed(agent, contact.Id, now));
    }

    /// <param name="answeredSince">Whether the agent accepted anything since the last offer that passed.</param>
    public static ContactAndAgent Expire(Contact contact, AgentState agent, bool answeredSince, DateTimeOffset now) =>
        new(
            Requeued(contact) with
            {
                DeclinedBy = contact.AgentId,
            },
            Freed(agent, contact.Id, now) with
            {
                IdleSince = agent.IdleSince,
                Unanswered = answeredSince ? 1 : agent.Unanswered + 1,
                LastUnansweredAt = now,
            }
        );

    /// <exception cref="DomainException">Nobody handles the contact.</exception>
    public static ContactAndAgent Complete(Contact contact, AgentState? agent, int? agentId, DateTimeOffset now, TimeSpan retention)
    {
        var wrapUp = TimeSpan.FromSeconds(contact.WrapUpSeconds);
        if (contact.State != ContactState.Active || (agentId is not null && agentId != contact.AgentId)) throw Lost(contact);
        if (wrapUp <= TimeSpan.Zero || agent is null)
            return new(
                Over(contact, ContactState.Ended, now, retention),
                agent is null ? null : Freed(agent, contact.Id, now) with { Unanswered = 0 }
            );
        return new(
            contact with
            {
                State = ContactState.WrapUp,
                WrapUpUntil = now + wrapUp,
                Sequence = contact.Sequence + 1,
            },
            agent with
            {
                Load =
                [
                    .. agent.Load.Select(reservation =>
                        reservation.ContactId == contact.Id ? reservation with { WrapUpUntil = now + wrapUp } : reservation
                    ),
                ],
                Unanswered = 0,
            }
        );
    }

    /// <exception cref="DomainException">The guest is being served, or gone already.</exception>
    public static ContactAndAgent Cancel(Contact contact, AgentState? agent, DateTimeOffset now, TimeSpan retention) =>
        contact.State is ContactState.Queued or ContactState.Offered
            ? new(
                Over(contact, ContactState.Abandoned, now, retention),
                agent is null ? null : Freed(agent, contact.Id, now) with { IdleSince = agent.IdleSince }
            )
            : throw Lost(contact);

    /// <summary>Its time is over where it was: it is over, or its agent is free again.</summary>
    public static ContactAndAgent End(Contact contact, AgentState? agent, ContactState state, DateTimeOffset now, TimeSpan retention) =>
        new(Over(contact, state, now, retention), agent is null ? null : Freed(agent, contact.Id, now));

    /// <summary>Into a line, with all the time of a new one there.</summary>
    public static Contact Enqueue(Contact contact, Line line, string? levelId, TimeSpan? maxWait, DateTimeOffset now) => contact with
    {
        State = ContactState.Queued,
        QueueId = line.QueueId,
        LineAgentId = line.AgentId,
        LevelId = levelId,
        WaitUntil = now + maxWait,
        AgentId = null,
        OfferExpiresAt = null,
        WrapUpUntil = null,
        DeclinedBy = null,
        Sequence = contact.Sequence + 1,
    };

    /// <summary>An agent without what it had of a contact.</summary>
    public static AgentState Freed(AgentState agent, string contactId, DateTimeOffset now) =>
        agent with { Load = [.. agent.Load.Where(reservation => reservation.ContactId != contactId)], IdleSince = now };

    public static DomainException Lost(Contact contact) =>
        new(ErrorKind.Conflict, $"The contact is {StateName(contact.State)}{(contact.AgentId is { } agent ? $", agent {agent}" : "")}.")
        {
            Current = new Dictionary<string, object?> { ["state"] = StateName(contact.State), ["agentId"] = contact.AgentId },
        };

    public static string StateName(ContactState state) => state == ContactState.WrapUp ? "wrapUp" : state.ToString().ToLowerInvariant();

    private static Contact Requeued(Contact contact) =>
        contact with
        {
            State = ContactState.Queued,
            AgentId = null,
            OfferExpiresAt = null,
            Sequence = contact.Sequence + 1,
        };

    private static Contact Over(Contact contact, ContactState state, DateTimeOffset now, TimeSpan retention) => contact with
    {
        State = state,
        OfferExpiresAt = null,
        WrapUpUntil = null,
        WaitUntil = null,
        RetainUntil = now + retention,
        Sequence = contact.Sequence + 1,
    };

    private static void RequireOffer(Contact contact, int agentId)
    {
        if (contact.State != ContactState.Offered || contact.AgentId != agentId) throw Lost(contact);
    }
}

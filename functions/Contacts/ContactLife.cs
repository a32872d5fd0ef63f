using ContactRouting.Directory;
using ContactRouting.Errors;
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

    /// <summary>How many of those who let it pass a contact remembers.</summary>
    public const int MaxPassed = 50;

    private static readonly Queue AnyQueue = new();

    /// <param name="queue">Whose offers last so long, and whose agents rest so long; null where the contact came for one agent.</param>
    public static ContactAndAgent Offer(Contact contact, AgentState agent, RoutingDecision decision, Queue? queue, DateTimeOffset now) =>
        new(
            (contact with
            {
                State = ContactState.Offered,
                AgentId = agent.AgentId,
                Unit = decision.Unit,
                OfferedAt = now,
                OfferExpiresAt = now.AddSeconds((queue ?? AnyQueue).OfferSeconds),
                WrapUpSeconds = queue is { WrapUp: true } ? queue.WrapUpSeconds : 0,
                Decision = decision with { LevelId = contact.LevelId, Level = contact.Level },
            }).After(ContactStep.Offered),
            agent with
            {
                Load = [.. agent.Load, new Reservation(contact.Id, agent.CostOf(contact.Channel))],
                LastOfferedAt = now,
            }
        );

    /// <exception cref="DomainException">The contact is not offered to this agent (any more).</exception>
    public static Contact Accept(Contact contact, int agentId, DateTimeOffset now)
    {
        RequireOffer(contact, agentId);
        return (contact with
        {
            State = ContactState.Active,
            OfferExpiresAt = null,
            AcceptedAt = now,
            AnsweredAt = contact.AnsweredAt ?? now,
            AnsweredBy = agentId,
            Passed = [],
        }).After(ContactStep.Accepted);
    }

    /// <summary>Back to its place in the line; others come first next time.</summary>
    /// <exception cref="DomainException">The contact is not offered to this agent (any more).</exception>
    public static ContactAndAgent Decline(Contact contact, AgentState agent, int agentId, DateTimeOffset now)
    {
        RequireOffer(contact, agentId);
        return new(
            LetPass(contact, ContactStep.Declined, "declined", now),
            Freed(agent, contact.Id) with { IdleSince = now, Unanswered = 0 }
        );
    }

    /// <param name="answeredSince">Whether the agent accepted anything since the last offer that passed.</param>
    public static ContactAndAgent Expire(Contact contact, AgentState agent, bool answeredSince, DateTimeOffset now) =>
        new(
            LetPass(contact, ContactStep.Expired, "unanswered", now),
            Freed(agent, contact.Id) with
            {
                Unanswered = answeredSince ? 1 : agent.Unanswered + 1,
                LastUnansweredAt = now,
            }
        );

    /// <summary>The offer holds no longer: its agent cannot or may not take the contact any more. It waits on where it waited.</summary>
    public static ContactAndAgent Revoke(Contact contact, AgentState? agent, DateTimeOffset now) =>
        new(Requeued(contact, ContactStep.Revoked, "revoked", now), agent is null ? null : Freed(agent, contact.Id));

    /// <exception cref="DomainException">Nobody handles the contact.</exception>
    public static ContactAndAgent Complete(Contact contact, AgentState? agent, int? agentId, DateTimeOffset now, TimeSpan retention)
    {
        var wrapUp = TimeSpan.FromSeconds(contact.WrapUpSeconds);
        if (contact.State != ContactState.Active || (agentId is not null && agentId != contact.AgentId)) throw Lost(contact);
        if (agent is not null) agent = Answered(agent, contact);
        if (wrapUp <= TimeSpan.Zero || agent is null)
            return new(
                Over(contact.After(ContactStep.Completed), ContactState.Ended, Party.Agent, now, retention),
                agent is null ? null : Freed(agent, contact.Id) with { IdleSince = now }
            );
        return new(
            (contact with
            {
                State = ContactState.WrapUp,
                EndedAt = now,
                EndedBy = Party.Agent,
                WrapUpUntil = now + wrapUp,
            }).After(ContactStep.Completed),
            agent with
            {
                Load =
                [
                    .. agent.Load.Select(reservation =>
                        reservation.ContactId == contact.Id ? reservation with { WrapUpUntil = now + wrapUp } : reservation
                    ),
                ],
            }
        );
    }

    /// <exception cref="DomainException">The guest is being served, or gone already.</exception>
    public static ContactAndAgent Cancel(Contact contact, AgentState? agent, DateTimeOffset now, TimeSpan retention) =>
        contact.State is ContactState.Queued or ContactState.Offered
            ? new(Over(contact, ContactState.Abandoned, Party.Guest, now, retention), agent is null ? null : Freed(agent, contact.Id))
            : throw Lost(contact);

    /// <summary>To another line, by its guest's or its agent's wish: its agent is free, and its talk time is no waiting time.</summary>
    /// <param name="queue">Whose line it comes into; null where that is an agent's.</param>
    /// <exception cref="DomainException">The contact is over, or another system's.</exception>
    public static ContactAndAgent Transfer(
        Contact contact,
        AgentState? agent,
        RoutingTarget target,
        RoutingDecision decision,
        Queue? queue,
        DateTimeOffset now
    )
    {
        if (contact.IsOver || contact.State == ContactState.WrapUp || contact.External) throw Lost(contact);
        var moved = Enqueue(contact with { ServiceId = target.ServiceId, Left = [] }, decision, queue, now) with
        {
            Step = ContactStep.Transferred,
        };
        if (agent is not null) agent = Freed(Answered(agent, contact), contact.Id) with { IdleSince = now };
        return new(moved, agent);
    }

    /// <summary>Its time is over where it was: it is over, or its agent is free again.</summary>
    public static ContactAndAgent End(Contact contact, AgentState? agent, ContactState state, DateTimeOffset now, TimeSpan retention) =>
        new(Over(contact, state, Party.Routing, now, retention), agent is null ? null : Freed(agent, contact.Id) with { IdleSince = now });

    /// <summary>Into another line by itself; it does not come back to where it was.</summary>
    public static Contact MoveOn(Contact contact, RoutingDecision decision, Queue? queue, DateTimeOffset now) =>
        Enqueue(contact with { Left = [.. contact.Left, new LeftPlace(contact.LevelId, contact.QueueId)] }, decision, queue, now);

    /// <summary>Into a line, with all the time of a new one there.</summary>
    /// <param name="queue">The line's; null where it is an agent's.</param>
    public static Contact Enqueue(Contact contact, RoutingDecision decision, Queue? queue, DateTimeOffset now) =>
        (contact.In(decision.Line) with
        {
            State = ContactState.Queued,
            LastQueueId = contact.QueueId ?? contact.LastQueueId,
            LevelId = decision.LevelId,
            Level = decision.Level,
            WaitingSince = contact.AcceptedAt is { } accepted ? now - (accepted - contact.WaitingSince) : contact.WaitingSince,
            WaitUntil = queue?.MaxWaitSeconds is { } seconds ? now.AddSeconds(seconds) : null,
            AgentId = null,
            Unit = null,
            OfferExpiresAt = null,
            AcceptedAt = null,
            WrapUpUntil = null,
            Passed = [],
            Decision = decision,
        }).After(ContactStep.Queued);

    /// <summary>It stays in its line for good: there is no other place for it.</summary>
    public static Contact Stay(Contact contact, RoutingDecision decision) =>
        contact with { WaitUntil = null, Decision = decision };

    /// <summary>An agent without what it had of a contact.</summary>
    public static AgentState Freed(AgentState agent, string contactId) =>
        agent with { Load = [.. agent.Load.Where(reservation => reservation.ContactId != contactId)] };

    /// <summary>Whether an offer still holds: its agent can take it, and may by what is configured and at this time.</summary>
    /// <param name="unit">By which the agent is asked; null where the contact came for that agent.</param>
    public static bool Holds(AccountDirectory directory, AgentState? agent, int? queueId, ServingUnit? unit, DateTimeOffset now) =>
        agent is { Status: PresenceStatus.Available }
        && !agent.HasLapsed(now)
        && (
            queueId is not { } id
            || unit is not { } served
            || (
                directory.Queue(id) is { } queue
                && QueueAvailability.IsOn(queue, now)
                && agent.Units.Contains(served)
                && served.Serves(directory, id)
            )
        );

    public static DomainException Lost(Contact contact) =>
        new(ErrorKind.Conflict, $"The contact is {StateName(contact.State)}{(contact.AgentId is { } agent ? $", agent {agent}" : "")}.")
        {
            Current = new Dictionary<string, object?> { ["state"] = StateName(contact.State), ["agentId"] = contact.AgentId },
        };

    public static string StateName(ContactState state) => state == ContactState.WrapUp ? "wrapUp" : state.ToString().ToLowerInvariant();

    /// <summary>The step that brings a contact into a state, where nothing more is known of it.</summary>
    public static ContactStep StepInto(ContactState state) => state switch
    {
        ContactState.Queued => ContactStep.Queued,
        ContactState.Active => ContactStep.Accepted,
        ContactState.Abandoned => ContactStep.Abandoned,
        ContactState.Refused => ContactStep.Refused,
        _ => ContactStep.Ended,
    };

    private static Contact LetPass(Contact contact, ContactStep step, string why, DateTimeOffset now) =>
        Requeued(contact, step, why, now) with
        {
            Passed = [.. contact.Passed.Where(agent => agent != contact.AgentId).TakeLast(MaxPassed - 1), contact.AgentId!.Value],
        };

    /// <param name="why">What became of the offer: declined, unanswered or revoked.</param>
    private static Contact Requeued(Contact contact, ContactStep step, string why, DateTimeOffset now) =>
        (contact with
        {
            State = ContactState.Queued,
            AgentId = null,
            Unit = null,
            OfferExpiresAt = null,
            Decision = contact.Decision is { } decision ? decision.BackInLine(contact.Line, contact.AgentId, why, now) : null,
        }).After(step);

    /// <summary>An agent who is there: the offers that passed before do not count any more.</summary>
    private static AgentState Answered(AgentState agent, Contact contact) =>
        agent.Unanswered == 0 || contact.AcceptedAt is null || contact.AcceptedAt < agent.LastUnansweredAt
            ? agent
            : agent with { Unanswered = 0 };

    /// <param name="by">Who ended it, where it had not ended before: its agent may have rested from it.</param>
    private static Contact Over(Contact contact, ContactState state, Party by, DateTimeOffset now, TimeSpan retention) => (contact with
    {
        EndedBy = contact.EndedBy ?? by,
        State = state,
        EndedAt = contact.EndedAt ?? now,
        OfferExpiresAt = null,
        WrapUpUntil = null,
        WaitUntil = null,
        RetainUntil = now + retention,
    }).After(StepInto(state));

    private static void RequireOffer(Contact contact, int agentId)
    {
        if (contact.State != ContactState.Offered || contact.AgentId != agentId) throw Lost(contact);
    }
}

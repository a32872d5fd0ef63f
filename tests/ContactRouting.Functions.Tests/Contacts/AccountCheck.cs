using ContactRouting.Contacts;
using ContactRouting.Directory.Changes;
using ContactRouting.Presence;
using ContactRouting.Routing;
using ContactRouting.Storage;

namespace ContactRouting.Tests.Contacts;

/// <summary>Reads an account's rows as they are and checks that they agree with each other, and the invariants of routing.</summary>
internal static class AccountCheck
{
    public static async Task AssertConsistentAsync(IServiceProvider services, int accountId, DateTimeOffset now)
    {
        var rows = await services.Get<LiveTable>().RangeAsync(accountId, KeyRange.All, CancellationToken.None)
            .ToDictionaryAsync(row => row.Key, StringComparer.Ordinal);
        List<T> Read<T>(string prefix) =>
            [.. rows.Where(row => row.Key.StartsWith(prefix, StringComparison.Ordinal)).Select(row => row.Value.Read<T>().Value)];
        List<string> Keys(string prefix) =>
            [.. rows.Keys.Where(key => key.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

        var (contacts, agents) = (Read<Contact>(LiveKeys.Contacts), Read<AgentState>(LiveKeys.Agents));
        var derived = contacts
            .SelectMany(contact => ContactRows.Derived(contact).Keys)
            .Concat(agents.Select(agent => agent.LeaseTimer).OfType<string>())
            .Order(StringComparer.Ordinal)
            .ToList();
        foreach (var prefix in new[] { LiveKeys.History, "h|", LiveKeys.Lines, LiveKeys.LinesOfOthers, LiveKeys.Handling, LiveKeys.Timers })
            Assert.Equal(derived.Where(key => key.StartsWith(prefix, StringComparison.Ordinal)), Keys(prefix));
        Assert.Equal(agents.SelectMany(ServingIndex.RowKeys).Order(StringComparer.Ordinal), Keys(LiveKeys.ServingIndex));

        foreach (var agent in agents)
        {
            var others = contacts.Where(contact => contact is { External: true, State: ContactState.Active }).Select(contact => contact.Id);
            Assert.InRange(agent.Load.Where(load => !others.Contains(load.ContactId)).Sum(load => load.Cost), 0, agent.CapacityUnits);
            var his = contacts
                .Where(contact =>
                    contact.AgentId == agent.AgentId && contact.State is ContactState.Offered or ContactState.Active or ContactState.WrapUp
                )
                .Where(contact => contact.AgentId == agent.AgentId);
            Assert.Equal(his.Select(contact => contact.Id).Order(), agent.Load.Select(reservation => reservation.ContactId).Order());
        }
        var directory = await services.Get<DirectoryStore>().GetAsync(accountId, CancellationToken.None);
        var live = new LiveAgents(agents);
        foreach (var contact in contacts.Where(contact => contact is { State: ContactState.Queued, External: false }))
        {
            var question = new RoutingQuestion(directory, live.For(contact.Channel), now);
            Assert.True(
                RoutingKernel.Assign(question, contact.Waiting, WhoLetItPass.MayBeAskedAgain) is null,
                $"{contact.Id} waits beside a free agent"
            );
        }
        foreach (var contact in contacts.Where(contact => contact.State == ContactState.Offered))
            Assert.True(
                ContactLife.Holds(directory, live.Find(contact.AgentId!.Value), contact.QueueId, contact.Unit, now),
                $"{contact.Id} is offered to an agent who cannot take it"
            );
    }
}

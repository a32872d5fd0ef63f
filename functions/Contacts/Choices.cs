using ContactRouting.Storage;

namespace ContactRouting.Contacts;

/// <summary>
/// What the requests of this process are just choosing, so that they know of each other before they collide in the storage.
/// It is advice alone: other processes know nothing of it, and the storage decides.
/// </summary>
internal sealed class Choices
{
    private readonly Lock gate = new();
    private readonly Dictionary<int, Account> accounts = [];
    private long clock;

    /// <summary>Begins a look at an account: what is chosen from now on is not yet in what is read for it.</summary>
    public Look Begin(int accountId)
    {
        lock (gate)
        {
            if (!accounts.TryGetValue(accountId, out var account)) accounts[accountId] = account = new Account(accountId);
            var look = new Look(this, account, clock);
            account.Looks.Add(look);
            return look;
        }
    }

    /// <summary>One request's look at an account, from what it reads to what it chooses.</summary>
    internal sealed class Look(Choices choices, Account account, long since) : IDisposable
    {
        private readonly List<Choice> made = [];

        internal long Since => since;

        /// <summary>Whether somebody else is choosing an agent, or has chosen it since this look began.</summary>
        public bool IsChosen(int agentId)
        {
            lock (choices.gate) return account.Agents.TryGetValue(agentId, out var choice) && choice.IsNewsTo(this);
        }

        /// <summary>The same of a contact.</summary>
        public bool IsChosen(string contactId)
        {
            lock (choices.gate) return account.Contacts.TryGetValue(contactId, out var choice) && choice.IsNewsTo(this);
        }

        /// <summary>
        /// Chooses an agent for a contact, until the choice is disposed of or the look ends; null where somebody else was faster.
        /// </summary>
        public IDisposable? TryChoose(int agentId, string contactId)
        {
            lock (choices.gate)
            {
                if (IsChosen(agentId) || IsChosen(contactId)) return null;
                var choice = new Choice(choices, this);
                made.Add(choice);
                account.Agents[agentId] = account.Contacts[contactId] = choice;
                return choice;
            }
        }

        /// <summary>Waits until whoever is choosing an agent is done.</summary>
        public Task WhenDoneAsync(int agentId, CancellationToken cancellationToken)
        {
            lock (choices.gate)
            {
                return account.Agents.TryGetValue(agentId, out var choice)
                    ? choice.Done.Task.WaitAsync(RequestLife.Of(cancellationToken))
                    : Task.CompletedTask;
            }
        }

        public void Dispose()
        {
            foreach (var choice in made) choice.Dispose();
            lock (choices.gate)
            {
                account.Looks.Remove(this);
                if (account.Looks.Count == 0) choices.accounts.Remove(account.Id);
                else if (account.Agents.Count + account.Contacts.Count > 1000) account.Forget(account.Looks.Min(look => look.Since));
            }
        }
    }

    internal sealed class Account(int id)
    {
        public int Id { get; } = id;

        public HashSet<Look> Looks { get; } = [];

        public Dictionary<int, Choice> Agents { get; } = [];

        public Dictionary<string, Choice> Contacts { get; } = new(StringComparer.Ordinal);

        /// <summary>Drops what no look needs any more.</summary>
        public void Forget(long before)
        {
            foreach (var (agent, _) in Agents.Where(entry => !entry.Value.IsNews(before)).ToList()) Agents.Remove(agent);
            foreach (var (contact, _) in Contacts.Where(entry => !entry.Value.IsNews(before)).ToList()) Contacts.Remove(contact);
        }
    }

    internal sealed class Choice(Choices choices, Look by) : IDisposable
    {
        private long doneAt = long.MaxValue;

        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool IsNews(long since) => doneAt > since;

        /// <summary>Whether a look does not know of it: whoever chose it knows what came of it.</summary>
        public bool IsNewsTo(Look look) => look != by && IsNews(look.Since);

        public void Dispose()
        {
            lock (choices.gate)
            {
                if (doneAt == long.MaxValue) doneAt = ++choices.clock;
            }
            Done.TrySetResult();
        }
    }
}

# ---
# jupyter:
#   jupytext:
#     notebook_metadata_filter: mailsim
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
#   mailsim:
#     lang: en
# ---

# %% [markdown]
# # The incident game: Monday, 08:00, and you run the mail server
#
# You run the mail server of a shop. Customers who forgot their password click, and wait for a mail: four a minute.
# This morning three things come together:
#
# - **A dead mail host.** Of one large provider's two mail hosts one falls silent soon after 08:15. Whoever connects to it, waits.
# - **A newsletter in front.** Some time from 08:35 to 08:50 marketing sends a newsletter to 5,000 to 7,000 readers, through the same server.
# - **A failing resolver.** Soon after 09:05 the machine that you ask for addresses fails for some 20 minutes.
#
# Can you keep three wishes, with nothing but settings?
#
# 1. Of the **password mails**, 95 of 100 arrive within **less than ten minutes**.
# 2. Of all letters, at most **one in a thousand is lost** to its reader: returned, or refused.
# 3. Of the **newsletter**, 95 of 100 have arrived by **10:00**, when the sale begins.
#
# *Everything here happens in a simulation. No real mail is ever sent.*

# %% [markdown] tags=["teacher"]
# <details><summary><b>For the teacher: a plan of 50 minutes</b></summary>
#
# | minutes | what | cells |
# |---|---|---|
# | 5 | The story. What would you do first? | story |
# | 4 | Everyone writes four predictions, alone, before anything runs. | 1, 2 |
# | 8 | Nobody does anything. Read the picture, and what late mails waited for. | 3 |
# | 8 | One move at a time: which helps against what? | 4 |
# | 15 | The game, in pairs. A verdict over five mornings takes two or three seconds. | 5 |
# | 5 | Other mornings: was it skill, or luck? | 6 |
# | 5 | Exit ticket, hand in the file. | 7, 8 |
#
# Aim (Informatics I, modelling and simulation): to find causes before acting, to judge a remedy over several cases and
# not over one, and to see that a figure can be made better while the thing gets worse. The surprises: no single move is
# enough; a shorter lifetime empties the queue by returning letters; being gentle (five deliveries at a time) makes all
# later; and trying again more often helps little while the address book is closed.
#
# For each seed the trouble is laid out anew: which provider, when, for how long, how the resolver fails, when the
# newsletter comes and how long it is. The moves hold from 08:00 on, as if you had known; real operators lose the first
# half hour to finding out. The rules are Postfix's: 20 deliveries at a time to one destination, 30 seconds for a host that
# does not answer, one letter for each connection with TLS. "A second Postfix" has a machine of its own here. The numbers
# of letters, the lengths of the trouble and the receivers' speed are made up. The model is `scenarios/monday_morning.yaml`;
# without notebooks, `mailsim game` plays the same game on a terminal.
#
# </details>

# %%
from sim import learn

lesson = learn.start("12_monday_morning")

# %% [markdown]
# ## 1. Who are you?

# %%
lesson.who(name="", class_number="")

# %% [markdown]
# ## 2. Predict first
#
# A wrong prediction is worth as much as a right one: it shows you where your model differs.

# %%
lesson.predict(late_nothing=None, late_resolver=None, lost_lifetime=None, makes_worse=None)

# %% [markdown]
# ## 3. Nobody does anything
#
# The judge plays five mornings and looks at the worst of them.

# %%
lesson.run()

# %% [markdown]
# - Right: when do the first password mails become late, and what happened then? Which mails are late although the newsletter is
#   long gone?
# - "What late password mails waited for": three causes. Which of the three troubles is behind each?
# - By hand: the provider with the dead host has half of 6,000 letters. Every second connection goes to the dead host, and waits 30 seconds
#   there; twenty are under way at a time. How many letters get through in a second, and how many minutes do 3,000 take?

# %%
letters_a_second, minutes = 0, 0

# %% tags=["solution"] jupyter={"source_hidden": true}
letters_a_second = 20 / (30 / 2)
round(letters_a_second, 2), round(3000 / letters_a_second / 60, 1)

# %% [markdown]
# <details><summary>What happens here</summary>
#
# A connection takes 15 seconds on average, so twenty at a time get 1.3 letters a second through, and 3,000 take more than half an
# hour. Password mails to this provider stand behind them: "in the active queue". Then the resolver fails. Without an
# address no letter can go: "no answer from DNS". After a few such failures Postfix takes the destination for dead and
# tries nothing for five minutes; and a letter rests for as long as it is old. So a password mail pays longer than the
# trouble lasts: "destination taken for dead".
#
# </details>

# %% [markdown]
# ## 4. One move at a time
#
# Here is one move. Which wish does it help, and on which mornings? Read what late mails still wait for.

# %%
lesson.run(resolver="hoster")

# %% [markdown]
# And this one comes up in every incident: "The queue is full of old stuff. Give letters up after 15 minutes!"

# %%
lesson.run(maximal_queue_lifetime="15m")

# %% [markdown]
# And this: "We press too hard. Be gentle: five deliveries at a time to each provider."

# %%
lesson.run(default_destination_concurrency_limit=5)

# %% [markdown]
# <details><summary>What happens here</summary>
#
# The other resolver answers, so nothing waits for DNS any more. What is left is the line behind the newsletter: "in the active
# queue". On three of the five mornings that is short enough, above all where the smaller provider has the dead host; on two it is not.
#
# The short lifetime does empty the queue: more than one letter in ten goes back to its writer on the worst morning. Who
# looks at the length of the queue alone, sees a success. No customer gets a password any sooner.
#
# Five at a time take four times as long as twenty: the line behind the newsletter grows to hours. Gentleness helps a
# receiver that is busy, and not one whose host is dead.
#
# </details>

# %% [markdown]
# ## 5. Your moves
#
# Choose moves, run, read the verdict, and try again. Fewer moves are better: each is one that you have to undo tomorrow.

# %%
lesson.moves()

# %%
lesson.run()

# %%
lesson.board()

# %% tags=["solution"] jupyter={"source_hidden": true}
lesson.run(resolver="hoster", newsletter="own_queue")

# %% tags=["solution"] jupyter={"source_hidden": true}
lesson.run(resolver="hoster", smtp_connect_timeout="5s")

# %% [markdown]
# <details><summary>Several ways, and what they have in common</summary>
#
# Each needs the other resolver, against the third trouble, and one move against the line behind the newsletter: a queue of
# its own for the newsletter; or only five seconds for a host that does not answer; or connections that are used for more than one
# letter; or a newsletter of two letters a second. They differ: behind a queue of its own the newsletter is as slow as before, but
# nobody stands behind it; the shorter time-out makes the newsletter quick as well, but a host that is slow and alive is given
# up too soon. A newsletter that waits for tomorrow breaks the third wish.
#
# `newsletter="1/s"` is too slow for 10:00. `queue_run_delay="60s"` with shorter rests helps a little, not enough: what is tried
# while the resolver fails, fails.
#
# </details>

# %% [markdown]
# ## 6. Skill or luck?
#
# Five mornings are few. Play your moves on twelve others. Would you bet on all of them?

# %%
lesson.run(seeds=range(101, 113))

# %%
lesson.compare()

# %% [markdown]
# ## 7. Exit ticket

# %%
lesson.exit_ticket(my_moves="", wrong_move="")

# %% [markdown]
# ## 8. Hand in
#
# The last cell writes one file with your predictions, your runs and your answers. Excel opens it.

# %%
lesson.hand_in()

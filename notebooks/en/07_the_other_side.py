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
# # The other side: which rules do you set at your counter?
#
# Today you are the **postmaster** of a town's mail provider: you receive. Every morning from 07:00 to 07:30 a flood
# comes to your counter:
#
# - **families' letters**: 360, evenly, from the provider next door. All its families share one address.
# - **a shop's newsletter**: 300 letters at 07:10, all at once, to people who asked for it.
# - **spam from sixty bots**: 1,800 letters. A bot tries each letter once, and never comes back.
# - **spam from a hacked school**: 100 letters at 07:05. Somebody broke into the school's mail server. The server itself
#   works as it always did: what is told to come back, comes back.
#
# The counter does not know who is who. Which rules keep the spam out, the families' letters quick and the line short?
#
# *Everything here happens in a simulation. No real mail is ever sent.*

# %% [markdown] tags=["teacher"]
# <details><summary><b>For the teacher: a plan of 50 minutes</b></summary>
#
# | minutes | what | cells |
# |---|---|---|
# | 4 | The question. What would you look at, at such a counter? | question |
# | 5 | Everyone writes four predictions, alone, before anything runs. | 1, 2 |
# | 10 | No rules; then look into every letter, first by hand. A run takes less than a second. | 3, 4 |
# | 6 | The first-visit rule. | 5 |
# | 7 | A quota, and three answers to those above it. | 6 |
# | 5 | Two rules together: guess, calculate, run. | 7 |
# | 7 | Your own counter, in pairs: three wishes and the scoreboard. | 8 |
# | 6 | Predictions beside results, exit ticket, hand in the file. | 9, 10 |
#
# Aim (Informatics I, modelling and simulation): to weigh goals that pull against each other, to calculate what a rule
# does before running it, and to see that two rules may do together what neither does alone. The surprises: a quota for each
# address stops everybody except the bots, since each of the sixty brings little; "later" at the door makes the shop's server
# give up for five minutes, the same "later" a moment after that does not; and two rules that cost the families no letter
# at all lose half of their letters when both are on. No set of rules fulfils the three wishes: who comes back like an honest
# sender can be told only by looking inside, and who looks inside makes mistakes.
#
# The senders follow the rules of Postfix, a mail server in wide use. Numbers of letters, the second for each look and the
# filter's mistakes (5 % of spam missed, 1 % of good letters mistaken) are assumptions: no filter is measured in public. Each
# letter comes on a connection of its own, so that a quota at the door counts letters, too; and the provider next door may
# open more connections at once than the 20 of Postfix's default. Real counters have more rules: `mailsim explain reverse_dns`, `mailsim explain blocklists`. The model is
# `scenarios/morning_flood.yaml`. Lesson 05 shows why a letter that may come back after five minutes takes up to ten;
# without it, say that in one sentence.
#
# </details>

# %%
from sim import learn

lesson = learn.start("07_the_other_side")

# %% [markdown]
# ## 1. Who are you?

# %%
lesson.who(name="", class_number="")

# %% [markdown]
# ## 2. Predict first
#
# A wrong prediction is worth as much as a right one: it shows you where your model differs.

# %%
lesson.predict(filter_slowest=None, greylisting_half=None, hit_by_quota=None, lost_by_both=None)

# %% [markdown]
# ## 3. Run it: a counter without rules

# %%
lesson.run()

# %% [markdown]
# Everything is quick, and everything gets in. That cannot stay so.

# %% [markdown]
# ## 4. Look into every letter
#
# A **content filter** opens each letter at your counter; that takes one second. What looks like spam goes to the spam
# folder. By hand first: from 07:00 to 07:30, 12 letters a minute come from families and 60 from bots. How long is the line at
# 07:30, in letters? How many minutes does a letter wait that comes then? Leave the other two senders out for now.

# %%
line_at_0730, wait_min = 0, 0

# %% tags=["solution"] jupyter={"source_hidden": true}
line_at_0730 = (12 + 60 - 60) * 30
line_at_0730, line_at_0730 / 60

# %%
lesson.run(content_filter="on")

# %% [markdown]
# - How far was your line off, and which letters did you leave out?
# - When is the last letter looked into? Calculate: there are 2,560, and each takes a second.
# - Who pays for this rule?

# %% [markdown]
# <details><summary>What happens here</summary>
#
# 72 letters come in a minute, and 60 can be looked into: the line grows by 12 a minute, to 360 letters and six minutes. The
# hacked school and the shop add to it: in the simulation it is 536 letters, almost nine minutes. 2,560 letters take 2,560
# seconds, so the last one is through at 07:42:40 at the earliest, and it is. The shop waits longest: its server brings at
# most 20 letters at the same time, and each of them stands in a long line. The filter keeps 95 % of the spam out of the inboxes. Seven good
# letters lie in the spam folder, where hardly anybody looks: two from families, five newsletters.
#
# </details>

# %% [markdown]
# ## 5. The first-visit rule
#
# Another way (**greylisting**): whoever is new has to come back after five minutes. Today everybody is new. Nobody looks
# inside.

# %%
lesson.run(greylisting="5 min")

# %% [markdown]
# - Which spam does this rule stop, and which not? Why?
# - Who pays for it, and how much?

# %% [markdown]
# <details><summary>What happens here</summary>
#
# Bots never come back, so none of their 1,800 letters gets in, and nobody had to open one. The school's server comes back
# like every honest server, and all of its 100 get in. Honest letters pay: they come back at their server's next round, five
# to ten minutes later, so the one in the middle is 7.5 minutes late. And the counter has twice as many visits.
#
# </details>

# %% [markdown]
# ## 6. A quota, and three answers
#
# A **rate limit**: one address may bring 10 letters a minute (and 10 at once). What do you answer to the eleventh? **450**: "come back
# later", said when it names its addressee. **421**: "come back later", said already at the door. **554**: "never".

# %%
lesson.run(rate_limit="10", reply="450")

# %%
lesson.run(rate_limit="10", reply="421")

# %%
lesson.run(rate_limit="10", reply="554")

# %% [markdown]
# - 1,800 letters of the bots in 30 minutes: how many a minute does each of the sixty bring? Whom does the quota hit?
# - 450 and 421 both say "later". Compare the visits at the counter, and the newsletter.
# - 554: families bring 12 a minute. How many of their letters are lost in half an hour? Calculate, then look.

# %% [markdown]
# <details><summary>What happens here</summary>
#
# Each bot brings **one** letter a minute, far below the quota. It hits all those who share an address: the shop, the
# hacked school, and the families next door. After 450 the shop's server tries its other letters all the same: the newsletter
# makes 1,668 visits. After a few 421 at the door it takes your whole counter for closed and stays away for five minutes: 144
# visits. So your counter has peace, and the newsletter is even later. After 554 a server gives up at once: families lose two letters a
# minute, about 50 of 360. With a quota of 30 they would lose none: they bring 12 a minute.
#
# </details>

# %% [markdown]
# ## 7. Two rules together
#
# The first-visit rule costs the families no letter. A quota of 30 with 554 costs them none, either. And both together? By
# hand: letters that were told to come back come with their server's next round, every five minutes. How many of the families' come
# at once, and how many of these are lost?

# %%
come_at_once, lost_of_these = 0, 0

# %% tags=["solution"] jupyter={"source_hidden": true}
come_at_once = 12 * 5
come_at_once, come_at_once - 30

# %%
lesson.run(greylisting="5 min", rate_limit="30", reply="554")

# %% [markdown]
# <details><summary>What happens here</summary>
#
# The first-visit rule makes bundles of an even stream: 60 letters at the same moment, every five minutes. The quota takes 30 of
# them and answers the other 30 "never". So half of the families' letters are lost, although each rule alone loses none. Who sets
# a rule has to ask what the other rules make of the stream. And who is not sure had better say "later".
#
# </details>

# %% [markdown]
# ## 8. Your own counter
#
# The town has three wishes: **fewer than 20** letters of spam in inboxes; no family's letter **more than ten minutes** late; **no good
# letter** lost or unseen. Choose your rules, run, change them, run again.

# %%
lesson.rules()

# %%
lesson.run()

# %%
lesson.scoreboard()

# %% tags=["solution"] jupyter={"source_hidden": true}
lesson.run(content_filter="on", greylisting="5 min")

# %% [markdown]
# <details><summary>Is there a solution?</summary>
#
# No. Bots can be told by their not coming back; the hacked school cannot. Only who looks inside finds its spam, and who
# looks inside takes some good letters for spam. The filter together with the first-visit rule comes near: 8 letters of spam, a
# line of 80 in place of 536, but every family waits, the slowest 11 minutes, and seven good letters lie in the spam folder. So you have to say
# which wish counts most, and who pays. There is no free choice.
#
# For the quick ones: what could the shop do, so that a quota of 30 does not hurt it at all? Try
# `lesson.run("letters.newsletter.pace=20/min", rate_limit="30")`.
#
# </details>

# %% [markdown]
# ## 9. Your predictions

# %%
lesson.compare()

# %% [markdown]
# ## 10. Exit ticket

# %%
lesson.exit_ticket(my_rules="", later_or_never="")

# %% [markdown]
# The last cell writes one file with your predictions, your runs and your answers. Excel opens it.

# %%
lesson.hand_in()

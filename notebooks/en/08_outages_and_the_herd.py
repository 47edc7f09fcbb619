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
# # A mail server is down for two hours. What becomes of the letters?
#
# A town office writes to families all day: ten letters a minute, evenly, from 08:00 to 18:00. They all have their mail with
# the carrier of their phones. From 09:00 to 11:00 the carrier's mail server is **down**: it lets nobody in.
#
# Are the letters of these two hours lost? When do they arrive? And when is all as it was before?
#
# *Everything here happens in a simulation. No real mail is ever sent.*

# %% [markdown] tags=["teacher"]
# <details><summary><b>For the teacher: a plan of 50 minutes</b></summary>
#
# | minutes | what | cells |
# |---|---|---|
# | 3 | The question. Who has had a mail that came hours late? | question |
# | 5 | Everyone writes four predictions, alone, before anything runs. | 1, 2 |
# | 7 | Two hours down. A run takes less than a second. | 3 |
# | 7 | By hand: how long the line is, and when it is gone. Then check. | 4 |
# | 8 | Who made the letters late? Reading the blame picture. | 5 |
# | 9 | The herd: the same capacity, and not done by the next morning. The race. | 6 |
# | 5 | The lifetime of letters against the length of an outage. | 7 |
# | 3 | The town's own server crashes. | 8 |
# | 3 | Predictions beside results, exit ticket, hand in the file. | 9, 10 |
#
# Aim (Informatics I, modelling and simulation): to hold a formula against a run, to see what the formula assumes (that
# the counter never stands idle while somebody waits), and to read a cause out of a picture with care. The surprises:
# no letter is lost; the slowest comes more than an hour after all is well; with "come back later" in place of a line, the
# same carrier needs not two and a half hours but more than twenty; and a crash makes letters arrive twice, and loses none.
#
# The town's server is Postfix with its own rules for trying again: it waits for as long as the letter is old, at least
# 300 s and at most 4,000 s, and then for the next round, every 300 s. Postfix knows no jitter; the runs with
# `retries="own"` and `retries="jitter"` have the same waits, but no rounds, as some other mail servers do
# (`mailsim explain jitter`); the 50 % are an assumption, and KumoMTA, which has jitter, spreads less. Outages of real services lasted from 47 minutes
# to 14 hours and more. The twenty letters a minute are made up: real carriers take many more, and have many more
# senders. The model is `scenarios/two_hours_down.yaml`. Lesson 05 treats the rounds in detail; without it, say in one
# sentence that letters are tried again at rounds only.
#
# </details>

# %%
from sim import learn

lesson = learn.start("08_outages_and_the_herd")

# %% [markdown]
# ## 1. Who are you?

# %%
lesson.who(name="", class_number="")

# %% [markdown]
# ## 2. Predict first
#
# The town's server keeps what it cannot deliver, and tries again later: again and again, for five days.
# A wrong prediction is worth as much as a right one: it shows you where your model differs.

# %%
lesson.predict(returned=None, last_after=None, as_before=None, after_crash=None)

# %% [markdown]
# ## 3. Run it
#
# At 11:00 the carrier is back, and takes whatever comes, at once.

# %%
lesson.run()

# %% [markdown]
# - How many letters wait at 11:00? Could you have known without a run?
# - Right: which letters wait for the carrier only, and which wait longer? Why is it the older ones that wait longest?
# - Bottom left: how often does the town's server knock at the closed door, and how many letters does it carry there?

# %% [markdown]
# <details><summary>What happens here</summary>
#
# Ten letters a minute for 120 minutes: 1,200 letters wait, and none is lost. The server tries each again at its rounds, every
# five minutes; but a letter rests for as long as it is old by then, up to 66 minutes 40 seconds. So the waits double: a letter of
# 09:00 is tried again after 5, 10, 20, 40 minutes, and then every 70. When the carrier is back, such a letter may just have
# begun its rest: the last one comes at 12:10. Most are not even brought to the door: after a few refusals Postfix takes
# the carrier for dead, and puts everything off for five minutes unasked.
#
# </details>

# %% [markdown]
# ## 4. Exercise: a line, by hand
#
# Now the carrier has been weakened: it takes **20 letters a minute**, one after another; whoever comes meanwhile waits
# in line. Ten new letters a minute still come in. How many letters wait at 11:00? How many fewer are they after each
# minute? After how many minutes are they gone?

# %%
waiting, fewer_each_minute, gone_after_min = 0, 0, 0

# %% tags=["solution"] jupyter={"source_hidden": true}
waiting, fewer_each_minute = 10 * 120, 20 - 10
waiting, fewer_each_minute, waiting / fewer_each_minute

# %%
lesson.run(counter="line")

# %% [markdown]
# <details><summary>What happens here</summary>
#
# The rule is: **backlog divided by (capacity minus arrivals)**. 1,200 / (20 - 10) = 120 minutes: an outage of two
# hours costs two hours more. At 12:00 a letter that was written long after the outage still waits 25 minutes. With 15 a
# minute it would be 240 minutes, and with 10 it would never end: a server that is just big enough for everyday never
# catches up.
#
# </details>

# %% [markdown]
# ## 5. Exercise: who made the letters late?
#
# A picture like this one is called **blame**: the mean delay of all letters, cut up by what they were waiting for. (For
# any scenario, `mailsim run … --out` writes it as `blame.png`.) First the morning of section 3, then that of section 4.

# %%
lesson.blame()

# %%
lesson.blame(counter="line")

# %% [markdown]
# - What is new in the second picture, and who or what is behind each new part?
# - "Destination taken for dead": the largest part of the first picture. Is all of it the carrier's fault? By hand: one
#   letter in five was written during the outage, and such a letter waits one hour on average until the carrier is back,
#   whatever its server does. How many minutes of the mean delay of **all** letters is that? How many are left for the
#   town's own server?

# %%
carrier_min, own_server_min = 0, 0

# %% tags=["solution"] jupyter={"source_hidden": true}
carrier_min = 60 * 1200 / 6000
carrier_min, round(17.5 - carrier_min, 1)

# %% [markdown]
# <details><summary>Solution, and what it means</summary>
#
# New are six minutes in the active queue, where letters wait for their turn, since no more than 20 of them are on the way to
# the carrier at a time; and a little of handing over: these 20 stand in the carrier's line.
#
# 60 minutes times one in five are 12 of the 17.5 minutes. The other 5.5 the carrier had long been back, and the letters lay
# resting in the town's own server. The picture says what letters waited **after**; whose fault it is, a person has to say.
#
# </details>

# %% [markdown]
# ## 6. The herd
#
# One thing more: at 09:30 the office writes a circular to **300 families at once**. By the formula: how many minutes
# after 11:00 is all as before?

# %%
by_formula_min = 0

# %% tags=["solution"] jupyter={"source_hidden": true}
by_formula_min = (1200 + 300) / (20 - 10)
print(by_formula_min)

# %%
lesson.run(counter="line", circular=True)

# %% [markdown]
# Now the carrier has no room for a line. It takes 20 a minute just the same, but says **"come back later"** to all others.
# Guess first: how much longer does it take?

# %%
lesson.run(counter="limit", circular=True)

# %% [markdown]
# - Bottom left: when do letters come, and how many are taken each time? What does the carrier do in between?
# - The formula has not changed. Which of its assumptions is broken?

# %% [markdown]
# <details><summary>What happens here</summary>
#
# At 08:00 the next day 46 letters still wait. In front of the door they come **in step**: what was turned away at one
# round comes back at one round, 70 minutes later. Twenty are taken at that moment, all others go home again. In between the carrier
# stands idle, and the formula assumes that it never does while somebody waits.
#
# </details>

# %% [markdown]
# Two other ways to try again, with the same waits: each letter at **a moment of its own**, without rounds; and
# moments that are **spread by chance** as well, each wait longer by up to a half (this is called *jitter*).

# %%
lesson.run(counter="limit", circular=True, retries="own")

# %%
lesson.run(counter="limit", circular=True, retries="jitter")

# %% [markdown]
# Postfix has no jitter. What can its operator do? A **pause** of three seconds after each letter to this carrier
# (`smtp_destination_rate_delay = 3s`):

# %%
lesson.run(counter="limit", circular=True, pause="3 s")

# %%
lesson.race()

# %% [markdown]
# <details><summary>What happens here</summary>
#
# Without rounds, letters that were written at different moments no longer meet. But the 300 of the circular were written at the
# same moment, so their own moments are the same, too: more than 18 hours. Chance takes even these apart: 3 hours 19 minutes. And the pause
# does best, 2 hours 44 minutes: one letter every three seconds is just what the carrier takes. Now the line stands in
# the town's own office, where nobody is sent away. A little is missing to the formula: each letter takes some time besides its pause.
#
# For the quick ones: come back sooner, `"senders.town.postconf.queue_run_delay=60s"`,
# `"senders.town.postconf.minimal_backoff_time=60s"`, `"senders.town.postconf.maximal_backoff_time=900s"`. Does it help? What
# does it cost the carrier?
#
# </details>

# %% [markdown]
# ## 7. How long does a letter live?
#
# Postfix gives a letter up after five days (`maximal_queue_lifetime = 5d`). Somebody says: "Old letters only fill the
# queue. One hour is enough." The outage lasts two hours, and afterwards everything is taken at once. Which letters go back to their
# writers? Write down a guess for a lifetime of one hour, and for one of two hours.

# %%
guess_1_hour, guess_2_hours = 0, 0

# %%
lesson.run(lifetime="1 h")

# %%
lesson.run(lifetime="2 h")

# %% [markdown]
# <details><summary>What happens here</summary>
#
# A letter is given up at its first try in vain **after** its lifetime, and not earlier. With one hour that try comes at an age of
# 75 to 80 minutes: so those written before 09:40 go back, 400 letters; and 26 more of the next round, which comes at 11:00,
# when Postfix still takes the carrier for dead. With two hours none goes back, although the
# outage was as long: the first try after two hours comes when the carrier is back already. The queue did get shorter: by the
# letters that nobody got. Outages of a day or two happen; that is what the five days are for.
#
# </details>

# %% [markdown]
# ## 8. The town's own server crashes
#
# 11:20, the counter with a line. A thousand letters wait, and the town's own machine crashes. Ten minutes later it is up again. What
# was in its memory is gone; what is on its disk is still there.

# %%
lesson.run(counter="line", crash="11:20")

# %% [markdown]
# <details><summary>What happens here</summary>
#
# No letter is lost: Postfix says "taken" only after a letter is on the disk. But 20 letters were just in the carrier's line. The
# carrier took them, and its answer found nobody at home. So the town's server does not know, and sends them again: these 20
# families have the letter twice. Mail prefers twice to never.
#
# And it takes 20 minutes longer for ten minutes of crash. By hand: ten minutes in which the carrier stood idle; and in
# these ten minutes 100 new letters, which are gone at 10 a minute.
#
# </details>

# %% [markdown]
# ## 9. Your predictions

# %%
lesson.compare()

# %% [markdown]
# ## 10. Exit ticket

# %%
lesson.exit_ticket(whose_delay="", in_step="")

# %% [markdown]
# The last cell writes one file with your predictions, your runs and your answers. Excel opens it. Next: the incident game,
# `12_monday_morning`.

# %%
lesson.hand_in()
